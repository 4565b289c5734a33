import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { LiveObject } from '../../../src/model/cluster.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { objectAt, textAt } from '../../../src/reconcile/live/live-object.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { watchCluster } from '../../../src/reconcile/watch/watch-targets.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml, secretYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
const POLICIES = { heal: 'staging', report: 'prod' } as const
const scenes: Partial<Record<keyof typeof POLICIES, ReconcileScene>> = {}
beforeAll(async () => {
  const cluster = () => plane.cluster
  shared = new WatchedView(plane.cluster, { inventoryNamespace: 'lockstep-system' })
  const view = () => shared
  for (const policy of ['heal', 'report'] as const)
    scenes[policy] = await ReconcileScene.open({ cluster, environment: POLICIES[policy], policy, view })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => shared?.close())

let shared: WatchedView | undefined
let stop = new AbortController()
let running: Promise<void> = Promise.resolve()
afterEach(async () => {
  stop.abort()
  await running
})

/** Resolves once it has looked. */
async function watch(scene: ReconcileScene, application: string): Promise<void> {
  const before = (await status(scene, application))?.observedAt
  stop = new AbortController()
  const targets = async () => [{ repository: REPOSITORY, target: scene.target(application) }]
  running = watchCluster(scene.ports, { cluster: 'any', targets, signal: stop.signal })
  await eventually(async () => (await status(scene, application))?.observedAt !== before)
}

const status = async (scene: ReconcileScene, application: string) =>
  (await scene.board.list('acme/shop')).find(({ target }) => target.application === application)
const keyOf = (kind: string, namespace: string): ResourceKey => ({
  group: '',
  version: 'v1',
  kind,
  namespace,
  name: 'web',
})

/** Sends again what a worker that no longer holds the cluster was about to send when it was stopped. */
async function writeLate(old: LiveObject): Promise<void> {
  const { name, namespace, labels } = objectAt(old, 'metadata') ?? {}
  const metadata = { name, namespace, labels } as LiveObject
  const body = { apiVersion: 'v1', kind: textAt(old, 'kind') ?? '', metadata, data: objectAt(old, 'data') ?? {} }
  await plane.cluster.apply(body, { fieldManager: 'lockstep', force: true })
}

async function deploy(scene: ReconcileScene, application: string, value: string, more: Record<string, string> = {}) {
  scene.commit(application, {
    'n.yaml': namespaceYaml(application),
    'settings.yaml': configMapYaml('web', application, { value, ...more }),
    'login.yaml': secretYaml('web', application, { token: `token-${value}` }),
  })
  await reconcileWithReport(scene.ports, scene.request(application))
}

describe.each([
  'heal',
  'report',
] as const)('a late write of a worker that lost the cluster, under policy %s', (policy) => {
  test.each(['ConfigMap', 'Secret'])('%s: is seen, is not told as drift, and is put right', async (kind) => {
    const scene = scenes[policy] as ReconcileScene
    const application = `${policy}-${kind.toLowerCase()}`
    const key = keyOf(kind, application)
    await deploy(scene, application, 'one', { removed: 'x' })
    const old = (await plane.cluster.get(key)) as LiveObject
    await deploy(scene, application, 'two')
    const wanted = at((await plane.cluster.get(key)) as LiveObject, 'data')
    expect(wanted).not.toEqual(at(old, 'data'))
    await watch(scene, application)
    for (let time = 0; time < 2; time++) {
      scene.jobs.length = 0
      await writeLate(old)
      await eventually(() => scene.jobs.some(({ job }) => job.kind === 'reconcile' && job.drifted))
      // Nothing of a Secret's values is kept that a look could compare.
      const seen = { sync: kind === 'Secret' ? 'Synced' : 'OutOfSync', drift: [] }
      expect(await status(scene, application)).toMatchObject(seen)
      const report = await reconcileWithReport(scene.ports, scene.request(application))
      expect(report.drift).toEqual([])
      expect(at((await plane.cluster.get(key)) as LiveObject, 'data')).toEqual(wanted)
      await eventually(async () => (await status(scene, application))?.sync === 'Synced')
    }
  })

  test('a field that has left Git goes again', async () => {
    const scene = scenes[policy] as ReconcileScene
    const application = `${policy}-removed`
    await deploy(scene, application, 'same', { removed: 'x' })
    const old = (await plane.cluster.get(keyOf('ConfigMap', application))) as LiveObject
    await deploy(scene, application, 'same')
    await watch(scene, application)
    scene.jobs.length = 0
    await writeLate(old)
    await eventually(() => scene.jobs.some(({ job }) => job.kind === 'reconcile'))
    await reconcileWithReport(scene.ports, scene.request(application))
    expect(at((await plane.cluster.get(keyOf('ConfigMap', application))) as LiveObject, 'data')).toEqual({
      value: 'same',
    })
  })
})
