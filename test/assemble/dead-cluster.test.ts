import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { stringify } from 'yaml'
import { freePort } from '../../sandbox/cluster/free-port.ts'
import { createServices, type Services } from '../../src/assemble/services.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { Secret } from '../../src/config/secret.ts'
import { startWorker, type Worker } from '../../src/worker.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { openScene, type Scene, SECRET } from '../support/local-github.ts'
import { renderFiles } from '../support/render-files.ts'

const plane = useControlPlane()
const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: refusing, cluster: refusing }
  - { name: hanging, cluster: hanging }
  - { name: well, cluster: well }
`
const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\n'

let scene: Scene
let directory: string
let hanging: Server
let services: Services
let worker: Worker
let repository: string

beforeAll(async () => {
  ;[scene, directory] = [await openScene(), await mkdtemp(join(tmpdir(), 'dead-cluster-'))]
  const names = ['refusing', 'hanging', 'well']
  const overlays = names.flatMap((name) => [
    [`apps/shop/overlays/${name}/kustomization.yaml`, 'resources: [settings.yaml]\n'],
    [`apps/shop/overlays/${name}/settings.yaml`, MANIFEST],
  ])
  const files = { '.lockstep.yaml': CONFIG, ...Object.fromEntries(overlays) }
  const app = { slug: 'lockstep', name: 'Lockstep', owner: 'acme', events: [], webhookSecret: SECRET }
  const permissions = { contents: 'write', deployments: 'write', pull_requests: 'write', checks: 'write' } as const
  const { appId, privateKeyPem } = scene.github.registerApp({ ...app, permissions, webhookUrl: 'http://127.0.0.1:9/' })
  repository = (await scene.repository({ from: [{ message: 'Begin', files }] })).replace('/repos/', '')
  scene.github.installApp('lockstep', 'acme', 'all')
  // Takes connections and never says a word.
  hanging = createServer(() => {}).listen(0, '127.0.0.1')
  const port = await freePort()
  const { port: silent } = hanging.address() as { port: number }
  const kubeconfig = async (name: string, address: string) => {
    const file = join(directory, name)
    const cluster = { server: address, 'insecure-skip-tls-verify': true }
    const user = { token: 't' }
    await writeFile(
      file,
      stringify({
        'current-context': 'c',
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'c', user }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
      }),
    )
    return file
  }
  const clusters = [
    { name: 'refusing', kubeconfig: await kubeconfig('refusing', `https://127.0.0.1:${port}`) },
    { name: 'hanging', kubeconfig: await kubeconfig('hanging', `http://127.0.0.1:${silent}`) },
    { name: 'well', kubeconfig: plane.local.kubeconfig },
  ].map((cluster) => ({ ...cluster, repositories: ['acme/*'] }))
  const file = {
    github: { url: scene.github.url, apiUrl: scene.github.apiUrl },
    data: join(directory, 'data'),
    ownership: { lease: '3s' },
    clusters,
    writes: { minimalGapMs: 0, perMinute: 600, creationsPerHour: 10_000 },
  }
  const secrets = { appId, privateKey: new Secret(privateKeyPem), webhookSecret: new Secret(SECRET) }
  const config = { ...parseOperatorFile(JSON.stringify(file), join(directory, 'operator.yaml')), secrets }
  const made = createServices(config, pino({ level: 'silent' }))
  const renderer = renderFiles()
  services = { ...made, renderer: { ...renderer, forGroup: () => renderer, close: () => made.renderer.close() } }
  worker = startWorker(services)
})
afterAll(async () => {
  await worker?.stop()
  await services?.close()
  hanging?.close()
  await scene?.close()
  await rm(directory, { recursive: true, force: true })
})

const statusIn = async (environment: string) =>
  (await services.board.list(repository)).find(({ target }) => target.environment === environment)

test('dead clusters are told to be Unknown, with the reason, and keep no other waiting', async () => {
  await eventually(
    async () => (await statusIn('well'))?.sync === 'Synced',
    () => 'the healthy cluster in sync',
    20_000,
  )
  const dead = await eventually(async () => {
    const statuses = await Promise.all(['refusing', 'hanging'].map(statusIn))
    return statuses.every((status) => status) && statuses
  })
  expect(dead).toEqual([
    expect.objectContaining({
      sync: 'Unknown',
      health: 'Unknown',
      problems: [expect.objectContaining({ code: 'CLUSTER_UNREACHABLE' })],
    }),
    expect.objectContaining({
      sync: 'Unknown',
      health: 'Unknown',
      problems: [expect.objectContaining({ code: expect.stringMatching(/^CLUSTER_(TIMEOUT|UNREACHABLE)$/) })],
    }),
  ])
}, 60_000)
