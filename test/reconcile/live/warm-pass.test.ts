import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcilePorts } from '../../../src/reconcile/ports.ts'
import { watchCluster } from '../../../src/reconcile/watch/watch-targets.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const MANY = 1_000
const NOTHING = { get: 0, list: 0, watch: 0, patch: 0, dryRun: 0, delete: 0, create: 0, discovery: 0, inventory: 0 }

const plane = useControlPlane()
let scene: ReconcileScene
let cluster: Cluster
let view: WatchedView
let ports: ReconcilePorts

const objects = (value: (index: number) => string) =>
  Array.from({ length: MANY }, (_, index) => configMapYaml(`many-${index}`, 'many', { value: value(index) })).join(
    '---\n',
  )
const commit = (value: (index: number) => string, note = '') =>
  scene.commit('many', { 'n.yaml': namespaceYaml('many'), 'objects.yaml': objects(value) }, note)
const pass = (heal = false) => reconcileWithReport(ports, scene.request('many', heal))

beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => cluster, environment: 'dev' })
  cluster = await plane.open()
  view = new WatchedView(cluster, { inventoryNamespace: 'lockstep-system' })
  ports = { ...scene.ports, view: async () => view }
  commit(() => '1')
  expect((await pass()).outcome.code).toBe('RECONCILED')
  await eventually(() => cluster.requests.watch >= 3)
}, KUSTOMIZE_SETUP_MS)
afterAll(() => view.close())

describe('a target of a thousand objects', () => {
  test('costs no request when a commit changes nothing in its render', async () => {
    commit(() => '1', 'commonAnnotations: {}\n')
    const before = cluster.requests
    const { outcome, requests } = await pass()
    expect(outcome.code).toBe('IN_SYNC')
    // The commit itself is noted in the inventory.
    expect(requests).toMatchObject({ ...NOTHING, inventory: 1 })
    expect(cluster.requests).toEqual({ ...before, patch: before.patch + 1 })
    expect((await pass()).requests).toMatchObject(NOTHING)
  })

  test('costs a dry run and an apply for one object that changed, and one write of the inventory', async () => {
    commit((index) => (index === 500 ? '2' : '1'))
    const before = cluster.requests
    const { outcome, requests } = await pass()
    expect(outcome).toMatchObject({ code: 'RECONCILED', details: { configured: 1, unchanged: MANY } })
    expect(requests).toMatchObject({ ...NOTHING, dryRun: 1, patch: 1, inventory: 1 })
    expect(cluster.requests).toEqual({ ...before, dryRun: before.dryRun + 1, patch: before.patch + 2 })
  })

  test('costs a dry run and an apply for one object that somebody changed', async () => {
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'many', name: 'many-7' }
    const told = new Promise<void>((resolve) => view.onChange(() => resolve()))
    await plane.cluster.patch(key, { data: { value: 'other' } }, { fieldManager: 'kubectl-edit' })
    await told
    const { outcome, requests } = await pass()
    expect(outcome).toMatchObject({ details: { configured: 1 } })
    expect(requests).toMatchObject({ ...NOTHING, dryRun: 1, patch: 1 })
  })

  test('costs no more while somebody watches: nobody looks at what a pass is about to finish', async () => {
    const stop = new AbortController()
    const targets = async () => [{ repository: REPOSITORY, target: scene.target('many') }]
    const watching = watchCluster(ports, { cluster: 'any', targets, signal: stop.signal })
    await eventually(async () => (await scene.board.get('acme/shop', scene.target('many')))?.sync === 'Synced')
    commit((index) => (index < 100 ? '3' : '1'))
    const before = cluster.requests
    expect((await pass()).requests).toMatchObject({ dryRun: 101, patch: 101, get: 0, list: 0 })
    stop.abort()
    await watching
    expect(cluster.requests).toMatchObject({ get: before.get, list: before.list, dryRun: before.dryRun + 101 })
  })

  test('costs one list a kind when nothing is known yet', async () => {
    const fresh = await plane.open()
    const cold = new WatchedView(fresh, { inventoryNamespace: 'lockstep-system' })
    const opened = { ...ports, cluster: async () => fresh, view: async () => cold }
    const { outcome, requests } = await reconcileWithReport(opened, scene.request('many'))
    expect(outcome.code).toBe('IN_SYNC')
    // Namespaces, ConfigMaps in three pages, and the inventories.
    expect(requests).toMatchObject({ ...NOTHING, list: expect.any(Number), watch: expect.any(Number), discovery: 1 })
    expect(requests.list).toBeLessThanOrEqual(5)
    await cold.close()
  })
})
