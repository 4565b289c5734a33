import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import type { StatusBoard } from '../../../src/model/target-status.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { watchCluster } from '../../../src/reconcile/watch/watch-targets.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane({ controllers: true })
const scenes: Record<string, ReconcileScene> = {}
let shared: WatchedView | undefined
beforeAll(async () => {
  const cluster = () => plane.cluster
  const settings = { healthDeadlineMs: 20_000, heartbeatMs: 1_000 }
  shared = new WatchedView(plane.cluster, { inventoryNamespace: 'lockstep-system' })
  const view = (of: Cluster) => (of === plane.cluster ? shared : undefined)
  scenes.heal = await ReconcileScene.open({ cluster, environment: 'staging', policy: 'heal', settings, view })
  scenes.report = await ReconcileScene.open({ cluster, environment: 'prod', policy: 'report', settings, view })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => shared?.close())

let stop = new AbortController()
let running: Promise<void> = Promise.resolve()
afterEach(async () => {
  stop.abort()
  await running
})

function watch(scene: ReconcileScene, application: string, ports = scene.ports) {
  stop = new AbortController()
  const targets = async () => [{ repository: REPOSITORY, target: scene.target(application) }]
  running = watchCluster(ports, { cluster: 'any', targets, signal: stop.signal })
}

const web = (namespace: string): ResourceKey => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace,
  name: 'web',
})
const scale = (namespace: string, count: number) =>
  plane.cluster.patch(web(namespace), { spec: { replicas: count } }, { fieldManager: 'kubectl', subresource: 'scale' })
const status = async (scene: ReconcileScene, application: string) =>
  (await scene.board.list('acme/shop')).find(({ target }) => target.application === application)
const files = (name: string, image?: string) => ({
  'n.yaml': namespaceYaml(name),
  'web.yaml': deploymentYaml('web', name, image ? { image } : {}),
})

async function deploy(scene: ReconcileScene, application: string) {
  scene.commit(application, files(application))
  await reconcileWithReport(scene.ports, scene.request(application))
  scene.jobs.length = 0
}

describe('a watching worker', () => {
  test('knows at its start what an earlier one left in the cluster', async () => {
    const scene = scenes.heal as ReconcileScene
    await deploy(scene, 'start')
    const before = await status(scene, 'start')
    const fresh = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'staging' })
    fresh.commit('start', files('start'))
    watch(fresh, 'start')
    const seen = await eventually(() => status(fresh, 'start'))
    const { revision, renderDigest, healthySince } = before ?? {}
    expect(seen).toMatchObject({ sync: 'Synced', health: 'Healthy', revision, renderDigest, healthySince })
  })

  test('sees drift by itself, and asks for a heal under policy heal', async () => {
    const scene = scenes.heal as ReconcileScene
    await deploy(scene, 'drifts')
    watch(scene, 'drifts')
    await eventually(() => status(scene, 'drifts'))
    await scale('drifts', 5)
    const heal = await eventually(() => scene.jobs.find(({ job }) => job.kind === 'reconcile'))
    expect(heal).toMatchObject({ job: { target: { application: 'drifts' } } })
    await reconcileWithReport(scene.ports, scene.request('drifts', true))
    await eventually(async () => (await status(scene, 'drifts'))?.drift.length === 0)
    scene.jobs.length = 0
    await scale('drifts', 5)
    await eventually(() => scene.jobs.find(({ job }) => job.kind === 'reconcile'))
  })

  test('only tells the gates under policy report, and again when it is over', async () => {
    const scene = scenes.report as ReconcileScene
    await deploy(scene, 'told')
    watch(scene, 'told')
    await eventually(() => status(scene, 'told'))
    await scale('told', 4)
    await eventually(() => scene.jobs.some(({ job }) => job.kind === 'gates'))
    expect(await status(scene, 'told')).toMatchObject({ drift: [{ path: '.spec.replicas', live: '4' }] })
    scene.jobs.length = 0
    await scale('told', 2)
    await eventually(() => scene.jobs.some(({ job }) => job.kind === 'gates'))
    expect((await status(scene, 'told'))?.drift).toEqual([])
    expect(scene.jobs.some(({ job }) => job.kind === 'reconcile' && job.heal)).toBe(false)
  })

  test('wakes promotions when health changes', async () => {
    const scene = scenes.report as ReconcileScene
    await deploy(scene, 'health')
    watch(scene, 'health')
    await eventually(async () => (await status(scene, 'health'))?.health === 'Healthy')
    scene.jobs.length = 0
    scene.commit('health', files('health', 'registry.example/web:2-broken'))
    await reconcileWithReport({ ...scene.ports, settings: { healthDeadlineMs: 0 } }, scene.request('health'))
    await eventually(async () => (await status(scene, 'health'))?.health === 'Progressing')
    expect(scene.jobs.some(({ job }) => job.kind === 'promotions')).toBe(true)
  })

  test('has a pass finished once everything came up after its deadline', async () => {
    const scene = scenes.report as ReconcileScene
    const ports = { ...scene.ports, settings: { healthDeadlineMs: 0 } }
    await deploy(scene, 'later')
    watch(scene, 'later')
    const image = deploymentYaml('web', 'later', { image: 'registry.example/web:2' })
    const slow = image.replace('  replicas: 2\n', '  replicas: 2\n  minReadySeconds: 3\n')
    scene.commit('later', { ...files('later'), 'web.yaml': slow })
    expect((await reconcileWithReport(ports, scene.request('later'))).outcome.code).toBe('HEALTH_WAITS')
    await eventually(() => scene.jobs.some(({ job }) => job.kind === 'reconcile'))
    expect((await reconcileWithReport(ports, scene.request('later'))).outcome.code).toBe('IN_SYNC')
  })

  test('ends a pass before everything came up, and names what is late at the deadline', async () => {
    const scene = scenes.report as ReconcileScene
    const ports = { ...scene.ports, settings: { healthDeadlineMs: 4_000, healthWaitMs: 200 } }
    await deploy(scene, 'late')
    scene.commit('late', files('late', 'registry.example/web:2-broken'))
    const first = await reconcileWithReport(ports, scene.request('late'))
    expect(first).toMatchObject({ outcome: { code: 'HEALTH_WAITS' }, problems: [] })
    const again = scene.jobs.find(({ job }) => job.kind === 'reconcile')
    expect(again).toMatchObject({ job: { target: { application: 'late' } } })
    expect(again?.delayMs).toBeGreaterThan(0)
    expect(again?.delayMs).toBeLessThan(4_000)
    const since = (await status(scene, 'late'))?.progressingSince ?? ''
    expect((await reconcileWithReport(ports, scene.request('late'))).problems).toEqual([])
    expect((await status(scene, 'late'))?.progressingSince).toBe(since)
    await eventually(() => Date.now() > Date.parse(since) + 4_000)
    scene.jobs.length = 0
    const last = await reconcileWithReport(ports, scene.request('late'))
    expect(last).toMatchObject({ outcome: { code: 'HEALTH_WAITS' }, problems: [{ code: 'OBJECT_PROGRESSING' }] })
    expect(scene.jobs.filter(({ job }) => job.kind === 'reconcile')).toEqual([])
  })

  test('asks for the pass that an earlier worker left unfinished, once everything is healthy', async () => {
    const scene = scenes.heal as ReconcileScene
    scene.commit('left', { ...files('left'), 'old.yaml': configMapYaml('old', 'left', {}) })
    await reconcileWithReport(scene.ports, scene.request('left'))
    scene.commit('left', files('left', 'registry.example/web:2'))
    await reconcileWithReport({ ...scene.ports, settings: { healthDeadlineMs: 0 } }, scene.request('left'))
    const fresh = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'staging' })
    fresh.commit('left', files('left', 'registry.example/web:2'))
    watch(fresh, 'left')
    await eventually(() => fresh.jobs.some(({ job }) => job.kind === 'reconcile'))
    expect((await reconcileWithReport(fresh.ports, fresh.request('left'))).outcome.details).toMatchObject({
      deleted: 1,
    })
  })

  test('keeps facts fresh while nothing happens', async () => {
    const scene = scenes.heal as ReconcileScene
    await deploy(scene, 'quiet')
    watch(scene, 'quiet')
    const first = await eventually(() => status(scene, 'quiet'))
    await eventually(async () => ((await status(scene, 'quiet'))?.observedAt ?? '') > first.observedAt)
  })

  test('says once for all targets of a repository that nothing changed', async () => {
    const scene = scenes.heal as ReconcileScene
    const calls: string[] = []
    const board = new Proxy(scene.board, {
      get(real, name: keyof StatusBoard) {
        calls.push(name)
        return real[name]
      },
    })
    const targets = Array.from({ length: 200 }, (_, index) => ({
      repository: REPOSITORY,
      target: scene.target(`many-${index}`),
    }))
    stop = new AbortController()
    const ports = { ...scene.ports, board }
    running = watchCluster(ports, { cluster: 'any', targets: async () => targets, signal: stop.signal })
    const { target } = targets[199] as (typeof targets)[number]
    const first = await eventually(() => scene.board.get('acme/shop', target))
    await eventually(async () => ((await scene.board.get('acme/shop', target))?.observedAt ?? '') > first.observedAt)
    calls.length = 0
    await eventually(() => calls.filter((name) => name === 'touch').length === 2)
    expect(new Set(calls)).toEqual(new Set(['list', 'touch']))
    expect(calls.length).toBeLessThanOrEqual(5)
  })

  test('a cluster that does not answer makes its targets Unknown, and they come back with it', async () => {
    const scene = scenes.heal as ReconcileScene
    await deploy(scene, 'outage')
    const proxy = await startFaultProxy(plane.local.kubeconfig)
    const cluster = await plane.open({ kubeconfig: proxy.kubeconfig })
    watch(scene, 'outage', { ...scene.ports, cluster: async () => cluster })
    await eventually(async () => (await status(scene, 'outage'))?.sync === 'Synced')
    proxy.inject(/./, 'reset', 1_000)
    proxy.breakStreams()
    await eventually(async () => (await status(scene, 'outage'))?.sync === 'Unknown')
    expect(await status(scene, 'outage')).toMatchObject({
      health: 'Unknown',
      problems: [{ code: 'CLUSTER_UNREACHABLE' }],
    })
    proxy.heal()
    await eventually(async () => (await status(scene, 'outage'))?.sync === 'Synced')
    expect(await status(scene, 'outage')).toMatchObject({ health: 'Healthy', problems: [] })
    stop.abort()
    await running
    await proxy.close()
  })
})
