import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { LiveObject } from '../../../src/model/cluster.ts'
import type { DeploymentReport } from '../../../src/model/github.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { observeDrift } from '../../../src/reconcile/drift/observe-drift.ts'
import { inventoryName } from '../../../src/reconcile/labels.ts'
import { WatchedView } from '../../../src/reconcile/live/watched-view.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcilePorts } from '../../../src/reconcile/ports.ts'
import { EventRecorder } from '../../../src/reconcile/report/events/event-recorder.ts'
import { parseInventoryReport } from '../../../src/reconcile/report/inventory-report.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml, secretYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
const history: DeploymentReport[] = []
let scene: ReconcileScene
let ports: ReconcilePorts
let view: WatchedView | undefined
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'prod' })
  const record = async (report: DeploymentReport) => void history.push(report)
  const events = new EventRecorder({ now: () => new Date() })
  const viewOf = async () => {
    view ??= new WatchedView(plane.cluster, { inventoryNamespace: 'lockstep-system' })
    return view
  }
  ports = { ...scene.ports, view: viewOf, events, deployments: async () => ({ record }) }
}, KUSTOMIZE_SETUP_MS)
afterAll(() => view?.close())

const key = (namespace: string, name = 'a'): ResourceKey => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace,
  name,
})
const reconcile = (application: string) => reconcileWithReport(ports, scene.request(application))
const change = (namespace: string, mode: string) =>
  plane.cluster.patch(key(namespace), { data: { mode } }, { fieldManager: 'kubectl-edit' })
/** Once the watch has told. */
const seenDrift = (application: string) =>
  eventually(async () => (await observeDrift(ports, scene.request(application))).status.drift.length > 0)
const files = (application: string, mode = 'one', names = ['a', 'b']) =>
  Object.fromEntries([
    ['n.yaml', namespaceYaml(application)],
    ...names.map((name) => [`${name}.yaml`, configMapYaml(name, application, { mode })]),
  ])

async function events(namespace: string): Promise<LiveObject[]> {
  const { items } = await plane.cluster.list({ group: '', version: 'v1', kind: 'Event' }, { namespace })
  return [...items]
}
const told = async (namespace: string) =>
  (await events(namespace))
    .map((each) => `${each.reason} ${at(each, 'involvedObject', 'name')}: ${each.message}`)
    .sort()

async function inventoryReport(application: string) {
  const name = inventoryName('acme/shop', scene.target(application))
  const body = await plane.cluster.get(key('lockstep-system', name))
  return parseInventoryReport(String(at(body, 'data', 'report')))
}

describe('what a pass did', () => {
  test('is told on its objects by their uid, in the inventory and once to GitHub; nothing is where nothing changed', async () => {
    const revision = scene.commit('told', files('told'))
    const first = await reconcile('told')
    const at12 = revision.slice(0, 12)
    expect(await told('told')).toEqual([`Applied a: Created at ${at12}`, `Applied b: Created at ${at12}`])
    const [event] = await events('told')
    const live = await plane.cluster.get(key('told', String(at(event, 'involvedObject', 'name'))))
    expect(at(event, 'involvedObject', 'uid')).toBe(at(live, 'metadata', 'uid'))
    expect(first.requests).toMatchObject({ events: 3, create: 0 })
    expect(await inventoryReport('told')).toMatchObject({ revision, counts: { created: 3, failed: 0 }, problems: [] })
    expect(history).toMatchObject([{ application: 'told', environment: 'prod', sha: revision, state: 'success' }])
    const again = await reconcile('told')
    expect(again.requests).toMatchObject({ events: 0, patch: 0, inventory: 0 })
    expect(history).toHaveLength(1)
  })

  test('is drift as soon as it is seen, and that it was put back; both without another deployment', async () => {
    scene.commit('drifts', files('drifts'))
    await reconcile('drifts')
    const deployments = history.length
    await observeDrift(ports, scene.request('drifts'))
    await change('drifts', 'mine')
    await seenDrift('drifts')
    await observeDrift(ports, scene.request('drifts'))
    const healed = await reconcile('drifts')
    expect(healed.requests).toMatchObject({ inventory: 0, events: 1 })
    expect((await told('drifts')).filter((line) => !line.startsWith('Applied'))).toEqual([
      'DriftFound a: .data.mode is mine, Git says one by kubectl-edit',
      'Healed a: Put back to what Git says: .data.mode was mine by kubectl-edit',
    ])
    expect(history).toHaveLength(deployments)
  })

  test('is what was pruned, and what was refused', async () => {
    scene.commit('refused', files('refused'))
    await reconcile('refused')
    const gone = scene.commit('refused', files('refused', 'one', ['a']))
    await reconcile('refused')
    expect(await told('refused')).toContain(`Pruned b: Deleted, because it left Git at ${gone.slice(0, 12)}`)
    const bad = scene.commit('refused', {
      ...files('refused', 'one', ['a']),
      'a.yaml': `${configMapYaml('a', 'refused', {})}spec: {}\n`,
    })
    const report = await reconcile('refused')
    expect(report.outcome.decision).toBe('refused')
    expect((await told('refused')).filter((line) => line.startsWith('ApplyFailed a:'))).toHaveLength(1)
    expect(await inventoryReport('refused')).toMatchObject({ revision: bad, problems: [{ code: 'APPLY_REFUSED' }] })
    expect(history.at(-1)).toMatchObject({ sha: bad, state: 'failure' })
    const again = await reconcile('refused')
    expect(again.requests).toMatchObject({ inventory: 0 })
  })

  test('of many objects is a few Events, and a report that stays small', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `c${i}`)
    scene.commit('many', files('many', 'one', names))
    const report = await reconcile('many')
    expect(report.requests).toMatchObject({ events: 3 })
    expect(await told('lockstep-system')).toContainEqual(expect.stringMatching(/and 58 more: Created at/))
    expect(JSON.stringify(await inventoryReport('many')).length).toBeLessThan(1_000)
  })

  test('says no value of a Secret, whoever changed it', async () => {
    const application = 'secret'
    scene.commit(application, {
      'n.yaml': namespaceYaml(application),
      's.yaml': secretYaml('s', application, { token: 'hunter2-git' }),
    })
    await reconcile(application)
    await observeDrift(ports, scene.request(application))
    const secret = { group: '', version: 'v1', kind: 'Secret', namespace: application, name: 's' }
    const token = Buffer.from('hunter2-live').toString('base64')
    await plane.cluster.patch(secret, { data: { token } }, { fieldManager: 'kubectl-edit' })
    await seenDrift(application)
    await reconcile(application)
    const text = JSON.stringify([await told(application), await inventoryReport(application), history])
    expect(text).toContain('DriftFound s')
    for (const value of ['hunter2', token, Buffer.from('hunter2-git').toString('base64')])
      expect(text).not.toContain(value)
  })
})
