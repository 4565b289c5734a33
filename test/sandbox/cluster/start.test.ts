import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connectCluster } from '../../../sandbox/cluster/connect.ts'
import { type ControlPlaneBinaries, ensureControlPlane } from '../../../sandbox/cluster/control-plane.ts'
import { freePort } from '../../../sandbox/cluster/free-port.ts'
import { startCluster } from '../../../sandbox/cluster/start.ts'
import { cacheDirectory } from '../../../src/adapters/kustomize/cache-directory.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { at, configMap, deployment } from '../../support/kubernetes-objects.ts'

const lockstep = { fieldManager: 'lockstep' }
const progress = () => {}

describe('a local control plane', () => {
  const plane = useControlPlane({ controllers: true, administrators: ['ana'], users: ['bob'] })
  const pods = { group: '', version: 'v1', kind: 'Pod' }
  const deploymentKey = (name: string) => ({
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    namespace: 'default',
    name,
  })
  const podsOf = async (app: string) => (await plane.cluster.list(pods, { labelSelector: `app=${app}` })).items
  const template = (app: string, image: string, more: JsonObject = {}): JsonObject => ({
    template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image }], ...more } },
  })

  test('brings a Deployment to Available, and its Pods go with it', async () => {
    await plane.cluster.apply(deployment('whole'), lockstep)
    await eventually(
      async () => at(await plane.cluster.get(deploymentKey('whole')), 'status', 'availableReplicas') === 3,
    )
    expect((await podsOf('whole')).map((pod) => at(pod, 'status', 'phase'))).toEqual(['Running', 'Running', 'Running'])
    await plane.cluster.delete(deploymentKey('whole'))
    await eventually(async () => (await podsOf('whole')).length === 0)
  })

  test.each([
    'web:1-broken',
    `web:1-broken@sha256:${'a'.repeat(64)}`,
  ])('never starts %s, and says why', async (image) => {
    const app = image.includes('@') ? 'broken-digest' : 'broken'
    await plane.cluster.apply(deployment(app, { replicas: 1, ...template(app, image) }), lockstep)
    const waiting = () =>
      podsOf(app).then(([pod]) => at(pod, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason'))
    expect(await eventually(waiting)).toBe('ImagePullBackOff')
    expect(at(await plane.cluster.get(deploymentKey(app)), 'status', 'availableReplicas')).toBeUndefined()
  })

  test('starts an image that is mended', async () => {
    await plane.cluster.apply(deployment('mended', template('mended', 'web:1-broken')), lockstep)
    await eventually(async () => (await podsOf('mended')).length === 3)
    await plane.cluster.apply(deployment('mended', template('mended', 'web:2')), lockstep)
    await eventually(
      async () => at(await plane.cluster.get(deploymentKey('mended')), 'status', 'availableReplicas') === 3,
    )
  })

  test('finishes Jobs', async () => {
    const spec = template('once', 'web:1', { restartPolicy: 'Never' })
    await plane.cluster.apply(
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once', namespace: 'default' }, spec },
      lockstep,
    )
    const key = { group: 'batch', version: 'v1', kind: 'Job', namespace: 'default', name: 'once' }
    await eventually(async () => at(await plane.cluster.get(key), 'status', 'succeeded') === 1)
  })

  test('finishes deleting a Namespace with what is in it', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'short' } }
    const key = { group: '', version: 'v1', kind: 'Namespace', name: 'short' }
    await plane.cluster.apply(namespace, lockstep)
    await plane.cluster.apply({ ...configMap('inside'), metadata: { name: 'inside', namespace: 'short' } }, lockstep)
    await plane.cluster.delete(key)
    await eventually(async () => (await plane.cluster.get(key)) === undefined)
  })

  test('people have contexts of their own: administrators may do everything, users nothing', async () => {
    expect(plane.local.as('ana')).toBe('ana')
    expect(plane.local.as('nobody')).toBeUndefined()
    const ana = await plane.open({ context: plane.local.as('ana') as string })
    await ana.apply(configMap('by-ana'), { fieldManager: 'kubectl' })
    const bob = await plane.open({ context: plane.local.as('bob') as string })
    await expect(bob.list(pods)).rejects.toMatchObject({ kind: 'forbidden', message: expect.stringContaining('"bob"') })
  })

  test('keeps its logins to itself', async () => {
    expect((await stat(plane.local.kubeconfig)).mode & 0o077).toBe(0)
  })

  test("can be used by address of its kubeconfig, as one's own cluster is, and is then not stopped", async () => {
    const own = await connectCluster({ kubeconfig: plane.local.kubeconfig, context: 'ana' })
    expect(own).toMatchObject({ server: plane.local.server, context: 'ana', kubeconfig: plane.local.kubeconfig })
    expect(own.as('admin')).toBe('admin')
    await own.stop()
    expect(await plane.cluster.serverVersion()).toMatch(/^v1/)
  })
})

describe('starting and stopping', () => {
  let binaries: ControlPlaneBinaries
  let directory: string
  beforeAll(async () => {
    binaries = await ensureControlPlane({ cache: cacheDirectory(), progress })
    directory = await mkdtemp(join(tmpdir(), 'lockstep-start-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('two run at once, and stopping one leaves the other', async () => {
    const options = { binaries, progress, controllers: false }
    const [one, two] = await Promise.all([
      startCluster({ ...options, directory: join(directory, 'one') }),
      startCluster({ ...options, directory: join(directory, 'two') }),
    ])
    await one.stop()
    await one.stop()
    expect(await listens(one.server)).toBe(false)
    expect(await listens(two.server)).toBe(true)
    await two.stop()
    expect(await readdir(join(directory, 'two'))).toContain('kube-apiserver.log')
  })

  test('starts empty where another ran before', async () => {
    const options = { binaries, progress, controllers: false, directory: join(directory, 'again') }
    const first = await startCluster(options)
    await first.stop()
    const second = await startCluster(options)
    expect(await listens(second.server)).toBe(true)
    await second.stop()
  })

  test('takes another port when the one it found is taken meanwhile', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const ports = [(taken.address() as AddressInfo).port, await freePort()]
    const findPort = async () => ports.shift() as number
    const cluster = await startCluster({
      binaries,
      progress,
      controllers: false,
      directory: join(directory, 'port'),
      findPort,
    })
    expect(ports).toEqual([])
    await cluster.stop()
    taken.close()
  })

  test('a program that ends at once is named with its last words, and nothing stays behind', async () => {
    const broken = { ...binaries, apiserver: binaries.kwok }
    const failed = startCluster({
      binaries: broken,
      progress,
      controllers: false,
      directory: join(directory, 'broken'),
    })
    await expect(failed).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      kind: 'unreachable',
      message: expect.stringMatching(/kube-apiserver ended while starting: .*unknown flag/s),
    })
    expect(await answers(join(directory, 'broken', 'etcd:1'))).toBe(false)
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)('ends with the process that started it: %s', async (signal) => {
    const folder = join(directory, signal)
    const script = fileURLToPath(new URL('../../support/hold-cluster.ts', import.meta.url))
    const holder = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [server] = await once(holder.stdout, 'data')
    expect(await listens(String(server).trim())).toBe(true)
    holder.kill(signal)
    await eventually(async () => !(await listens(String(server).trim())) && !(await answers(join(folder, 'etcd:1'))))
  })
})

function listens(server: string): Promise<boolean> {
  return answers({ host: '127.0.0.1', port: Number(new URL(server).port) })
}

/** Whether something accepts connections at a port or socket file. */
async function answers(address: string | { host: string; port: number }): Promise<boolean> {
  const socket = typeof address === 'string' ? connect(address) : connect(address)
  const answered = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return answered
}
