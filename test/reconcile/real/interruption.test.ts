import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import { planTarget } from '../../../src/reconcile/pass/plan-target.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { dispatchTargets } from '../../../src/reconcile/targets/dispatch-targets.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml, secretYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let proxy: FaultProxy
let cluster: Cluster
let scene: ReconcileScene
beforeAll(async () => {
  proxy = await startFaultProxy(plane.local.kubeconfig)
  cluster = await plane.open({ kubeconfig: proxy.kubeconfig })
  scene = await ReconcileScene.open({ cluster: () => cluster, environment: 'dev' })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => proxy.close())

const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))
const INVENTORIES = { group: '', version: 'v1', kind: 'ConfigMap' } as const
const objects = (namespace: string, names: readonly string[]) =>
  Object.fromEntries([
    ['n.yaml', namespaceYaml(namespace)],
    ...names.map((name) => [`${name}.yaml`, configMapYaml(name, namespace, { key: name })]),
  ])
const names = async (namespace: string) => {
  const { items } = await plane.cluster.list(INVENTORIES, { namespace, labelSelector: 'lockstep.dev/target' })
  return items.map(({ metadata }) => (metadata as { name: string }).name).sort()
}
const status = async (application: string) =>
  (await scene.board.list('acme/shop')).find(({ target }) => target.application === application)

/** The cluster, for a process that ends before its `nth` write of an inventory. */
function diesAtInventoryWrite(nth: number): Cluster {
  let writes = 0
  const apply: Cluster['apply'] = async (body, options) => {
    if (JSON.stringify(body).includes('lockstep.dev/inventory') && ++writes === nth)
      throw new Error('the process ends here')
    return cluster.apply(body, options)
  }
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = name === 'apply' ? apply : Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('what goes wrong half-way', () => {
  test('an API server that goes away in the middle: failed, Unknown, and the next pass finishes', async () => {
    scene.commit('midway', objects('midway', ['a', 'b']))
    proxy.inject(/PATCH .*configmaps\/b\?(?!.*dryRun)/, 'reset', 50)
    const report = await reconcile('midway')
    expect(report.outcome).toMatchObject({ decision: 'failed', code: 'CLUSTER_UNREACHABLE' })
    proxy.heal()
    const second = await reconcile('midway')
    expect(second.outcome).toMatchObject({ code: 'RECONCILED' })
    expect(await names('midway')).toEqual(['a', 'b'])
    expect(await status('midway')).toMatchObject({ sync: 'Synced', problems: [] })
  })

  test('an object made by a pass that died is still pruned later: it was written ahead', async () => {
    scene.commit('ahead', objects('ahead', ['a']))
    await reconcile('ahead')
    scene.commit('ahead', objects('ahead', ['a', 'b']))
    const dying = diesAtInventoryWrite(2)
    const ports = { ...scene.ports, cluster: async () => dying }
    await expect(reconcileWithReport(ports, scene.request('ahead'))).rejects.toThrow('the process ends here')
    expect(await names('ahead')).toEqual(['a', 'b'])
    scene.commit('ahead', objects('ahead', ['a']))
    expect((await reconcile('ahead')).outcome.details).toMatchObject({ deleted: 1 })
    expect(await names('ahead')).toEqual(['a'])
  })

  test('a lost inventory is made again from Git; what it alone knew is left alone', async () => {
    scene.commit('lost', objects('lost', ['a', 'b']))
    await reconcile('lost')
    const { items } = await plane.cluster.list(INVENTORIES, { namespace: 'lockstep-system' })
    const ours = items.find((item) => JSON.stringify(item).includes('"application":"lost"'))
    const { name } = (ours as { metadata: { name: string } }).metadata
    await plane.cluster.delete({ ...INVENTORIES, namespace: 'lockstep-system', name })
    scene.commit('lost', objects('lost', ['a']))
    expect((await reconcile('lost')).outcome.details).toMatchObject({ deleted: 0 })
    expect(await names('lost')).toEqual(['a', 'b'])
    expect((await reconcile('lost')).requests.patch).toBe(0)
  })

  test('an unreachable cluster: one clear problem and an Unknown status', async () => {
    scene.commit('away', objects('away', ['a']))
    proxy.inject(/./, 'reset', 1_000)
    const report = await reconcile('away')
    proxy.heal()
    expect(report.outcome).toMatchObject({ decision: 'failed', code: 'CLUSTER_UNREACHABLE' })
    expect(report.outcome.remedy).not.toBe('')
    expect(await status('away')).toMatchObject({ sync: 'Unknown', health: 'Unknown' })
  })

  test('a refused Secret does not tell its value', async () => {
    const bad = secretYaml('Bad_Name', 'default', { password: 'correct-horse' })
    scene.commit('refused', { 's.yaml': bad })
    const report = await reconcile('refused')
    expect(report.outcome.decision).toBe('refused')
    expect(JSON.stringify([report, await status('refused')])).not.toMatch(/correct-horse|Y29ycmVjdC1ob3JzZQ/)
  })
})

describe('planning', () => {
  test('tells what a pass would do, and stores nothing', async () => {
    scene.commit('plan', objects('plan', ['a', 'b']))
    const before = plane.cluster.requests
    const report = await planTarget(scene.ports, scene.request('plan'))
    expect(report.outcome).toMatchObject({ decision: 'done', code: 'PLANNED', details: { created: 3 } })
    expect(report.requests).toMatchObject({ patch: 0, delete: 0, inventory: 0 })
    expect(plane.cluster.requests.patch).toBe(before.patch)
    expect(await plane.cluster.get({ group: '', version: 'v1', kind: 'Namespace', name: 'plan' })).toBeUndefined()
    expect(await status('plan')).toBeUndefined()
    await reconcile('plan')
    expect((await planTarget(scene.ports, scene.request('plan'))).outcome.code).toBe('IN_SYNC')
    scene.commit('plan', objects('plan', ['a']))
    const plan = await planTarget(scene.ports, scene.request('plan'))
    expect(plan.outcome.details).toMatchObject({ deleted: 1 })
    expect(await names('plan')).toEqual(['a', 'b'])
  })
})

describe('dispatching', () => {
  test('asks for the targets that are not known to hold the newest render', async () => {
    const fresh = await ReconcileScene.open({ cluster: () => cluster, environment: 'dev' })
    fresh.commit('one', { 'a.yaml': configMapYaml('one', 'default', { a: '1' }) })
    fresh.commit('two', { 'a.yaml': configMapYaml('two', 'default', { a: '1' }) })
    const asked = async () => (await dispatchTargets(fresh.ports, REPOSITORY)).map(({ application }) => application)
    expect(await asked()).toEqual(['one', 'two'])
    for (const application of ['one', 'two']) await reconcileWithReport(fresh.ports, fresh.request(application))
    expect(await asked()).toEqual([])
    fresh.jobs.length = 0
    fresh.commit('two', { 'a.yaml': configMapYaml('two', 'default', { a: '2' }) })
    expect(await asked()).toEqual(['two'])
    expect(fresh.jobs).toMatchObject([{ job: { kind: 'reconcile', target: { application: 'two' } } }])
    fresh.commit('one', { 'a.yaml': 'kind: Nonsense\n' })
    expect(await asked()).toEqual(['one', 'two'])
  })
})
