import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { type LockstepProcess, startLockstep } from '../../sandbox/demo/lockstep-process.ts'
import type { LiveObject } from '../../src/model/cluster.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { at } from '../support/kubernetes-objects.ts'
import { kustomizeForTests } from '../support/kustomize.ts'
import { commitFile, openScene, type Scene, SECRET } from '../support/local-github.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

const MINUTES = 60_000
const TAKEN_OVER_MS = 30_000
/** Enough that a pass over them can be stopped in the middle. */
const OBJECTS = 300
/** Requests that one pass has in flight. */
const IN_FLIGHT = 16

const planes = { north: useControlPlane(), south: useControlPlane() }
type ClusterName = keyof typeof planes
const NAMES = Object.keys(planes) as ClusterName[]
const admin = { fieldManager: 'kubectl' }
const kind = { group: '', version: 'v1', kind: 'ConfigMap' }

let scene: Scene
let redis: TestRedis
let repository: string
let directory: string
let env: Record<string, string>
/** Finds out what is due; never killed. */
let shared: LockstepProcess
const workers: LockstepProcess[] = []

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: north, cluster: north }
  - { name: south, cluster: south }
`
const path = (cluster: ClusterName) => `apps/shop/overlays/${cluster}/objects.yaml`
const nameOf = (index: number) => `settings-${String(index).padStart(3, '0')}`

function objects(version: string): string {
  const one = (index: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: nameOf(index), namespace: 'default' },
    data: { version },
  })
  return Array.from({ length: OBJECTS }, (_, index) => stringify(one(index))).join('---\n')
}

beforeAll(async () => {
  const overlays = NAMES.flatMap((name) => [
    [`apps/shop/overlays/${name}/kustomization.yaml`, 'resources: [objects.yaml]\n'],
    [path(name), objects('v1')],
  ])
  const files = { '.lockstep.yaml': CONFIG, ...Object.fromEntries(overlays) }
  ;[scene, redis, directory] = [await openScene(), await startRedis(), await mkdtemp(join(tmpdir(), 'many-workers-'))]
  const app = { slug: 'lockstep', name: 'Lockstep', owner: 'acme', webhookSecret: SECRET }
  const permissions = { contents: 'write', deployments: 'write', checks: 'write', pull_requests: 'write' } as const
  const { appId, privateKeyPem } = scene.github.registerApp({
    ...app,
    permissions,
    events: [],
    webhookUrl: 'http://127.0.0.1:9/',
  })
  repository = await scene.repository({ from: [{ message: 'Begin', files }] })
  scene.github.installApp('lockstep', 'acme', 'all')
  env = {
    LOCKSTEP_APP_ID: String(appId),
    LOCKSTEP_PRIVATE_KEY: privateKeyPem,
    LOCKSTEP_WEBHOOK_SECRET: SECRET,
    LOCKSTEP_RENDERER: 'off',
    KUSTOMIZE_BIN: await kustomizeForTests(),
    REDIS_URL: redis.url,
  }
  shared = await startWorker('shared', '--no-clusters')
}, 10 * MINUTES)
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    resume(worker)
    await worker.kill()
  }
})
afterAll(async () => {
  await shared?.kill()
  await redis?.stop()
  await scene?.close()
  await rm(directory, { recursive: true, force: true })
})

/** `lockstep worker` as a process of its own, with a data folder of its own and a lease of three seconds. */
async function startWorker(name: string, ...words: string[]): Promise<LockstepProcess> {
  const file = join(directory, `${name}.yaml`)
  const config = {
    github: { url: scene.github.url, apiUrl: scene.github.apiUrl },
    sweep: { interval: '2s' },
    ownership: { lease: '3s' },
    data: join(directory, name),
    writes: { minimalGapMs: 0, perMinute: 6_000, creationsPerHour: 10_000 },
    clusters: NAMES.map((cluster) => ({
      name: cluster,
      kubeconfig: planes[cluster].local.kubeconfig,
      repositories: ['acme/*'],
    })),
  }
  await writeFile(file, stringify(config))
  return startLockstep({ arguments: ['worker', '--config', file, ...words], env, log: logOf(name) })
}

/** A worker that holds these clusters; killed after the test. */
async function startHolder(name: string, ...clusters: readonly ClusterName[]): Promise<LockstepProcess> {
  const worker = await startWorker(name, ...clusters.flatMap((cluster) => ['--cluster', cluster]))
  workers.push(worker)
  return worker
}

const logOf = (name: string) => join(directory, `${name}.log`)

function resume({ pid }: LockstepProcess): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // It was killed.
  }
}

/** Process id of the worker that holds a cluster. */
async function holderOf(cluster: ClusterName): Promise<number | undefined> {
  const key = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace: 'lockstep-system' }
  const lease = await planes[cluster].cluster.get({ ...key, name: `lockstep-worker-${cluster}` })
  const identity = String(at(lease ?? {}, 'spec', 'holderIdentity') ?? '')
  return identity === '' ? undefined : Number(identity.split('_').at(-2))
}

async function versions(cluster: ClusterName): Promise<Set<unknown>> {
  const { items } = await planes[cluster].cluster.list(kind, { labelSelector: 'lockstep.dev/target' })
  const ours = items.map((item) => at(item, 'data', 'version'))
  return new Set(ours.length === OBJECTS ? ours : [...ours, `${ours.length} objects`])
}

async function holdsOnly(cluster: ClusterName, version: string): Promise<void> {
  let seen: Set<unknown> = new Set()
  const same = async () => {
    seen = await versions(cluster)
    return seen.size === 1 && seen.has(version)
  }
  await eventually(same, () => `${cluster} holds only ${version}; it holds ${[...seen].join(', ')}`, TAKEN_OVER_MS)
}

async function drift(cluster: ClusterName): Promise<void> {
  const key = { ...kind, namespace: 'default', name: nameOf(0) }
  await planes[cluster].cluster.patch(key, { data: { version: 'by hand' } }, admin)
}

async function commit(version: string, cluster: ClusterName): Promise<void> {
  await commitFile(scene.bob, repository, 'main', { path: path(cluster), content: objects(version) })
}

/** Versions that are written from now on, in order; `onFirst` is called in the moment the first is seen that fits. */
async function follow(
  cluster: ClusterName,
  version: string,
  onFirst: () => void,
): Promise<{ readonly written: unknown[]; stop(): Promise<void> }> {
  const written: unknown[] = []
  const ending = new AbortController()
  let synced = false
  const onEvent = (event: { type: string; object?: LiveObject }) => {
    synced ||= event.type === 'SYNCED'
    if (!synced || !event.object) return
    written.push(at(event.object, 'data', 'version'))
    if (written.at(-1) === version && written.indexOf(version) === written.length - 1) onFirst()
  }
  const watching = planes[cluster].cluster.watch(kind, { namespace: 'default' }, onEvent, ending.signal)
  await eventually(() => synced)
  return {
    written,
    async stop() {
      ending.abort()
      await watching
    },
  }
}

describe('two workers', () => {
  test(
    'share clusters: what one holds moves to the other when it is killed',
    async () => {
      const first = await startHolder('first', ...NAMES)
      for (const cluster of NAMES) await holdsOnly(cluster, 'v1')
      const second = await startHolder('second', ...NAMES)
      expect(await Promise.all(NAMES.map(holderOf))).toEqual([first.pid, first.pid])
      await first.kill()
      await Promise.all(NAMES.map(drift))
      for (const cluster of NAMES) await holdsOnly(cluster, 'v1')
      expect(await Promise.all(NAMES.map(holderOf))).toEqual([second.pid, second.pid])
    },
    2 * MINUTES,
  )

  test(
    'do no harm when one is stopped in the middle of a pass and goes on after the other has taken over',
    async () => {
      const stopped = await startHolder('stopped', 'north')
      await eventually(async () => (await holderOf('north')) === stopped.pid, undefined, TAKEN_OVER_MS)
      await holdsOnly('north', 'v1')
      const north = await follow('north', 'v2', () => process.kill(stopped.pid, 'SIGSTOP'))
      await commit('v2', 'north')
      await eventually(
        () => north.written.includes('v2'),
        () => 'the first v2',
        TAKEN_OVER_MS,
      )
      expect((await versions('north')).has('v1')).toBe(true)
      const successor = await startHolder('successor', 'north')
      await holdsOnly('north', 'v2')
      await commit('v3', 'north')
      await holdsOnly('north', 'v3')
      const before = north.written.length
      resume(stopped)
      await eventually(async () => (await readFile(logOf('stopped'), 'utf8')).includes('no longer holding a cluster'))
      await holdsOnly('north', 'v3')
      const late = north.written.slice(before).filter((version) => version === 'v2')
      expect(late.length).toBeLessThanOrEqual(IN_FLIGHT)
      await north.stop()
      expect(await holderOf('north')).toBe(successor.pid)
      await successor.kill()
      await drift('north')
      await holdsOnly('north', 'v3')
      expect(await holderOf('north')).toBe(stopped.pid)
    },
    3 * MINUTES,
  )

  test(
    'each work on the clusters they are told, and a worker that ends in good order leaves its own at once',
    async () => {
      const [north, south] = await Promise.all([startHolder('north', 'north'), startHolder('south', 'south')])
      await eventually(async () => (await holderOf('north')) === north.pid, undefined, TAKEN_OVER_MS)
      await eventually(async () => (await holderOf('south')) === south.pid, undefined, TAKEN_OVER_MS)
      await north.stop()
      expect(await holderOf('north')).toBeUndefined()
      expect(await holderOf('south')).toBe(south.pid)
    },
    2 * MINUTES,
  )
})
