import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { observeDrift } from '../../../src/reconcile/drift/observe-drift.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml, secretYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let healing: ReconcileScene
let reporting: ReconcileScene
beforeAll(async () => {
  const cluster = () => plane.cluster
  healing = await ReconcileScene.open({ cluster, environment: 'staging', policy: 'heal' })
  reporting = await ReconcileScene.open({ cluster, environment: 'prod', policy: 'report' })
}, KUSTOMIZE_SETUP_MS)

const web = (namespace: string): ResourceKey => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace,
  name: 'web',
})
const named = (namespace: string) => ({ name: 'web', namespace })
const deployed = (namespace: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: named(namespace) })
const replicas = async (namespace: string) => at(await plane.cluster.get(web(namespace)), 'spec', 'replicas')
const scale = (namespace: string, count: number) =>
  plane.cluster.patch(web(namespace), { spec: { replicas: count } }, { fieldManager: 'kubectl', subresource: 'scale' })
const image = (namespace: string, value: string) =>
  plane.cluster.patch(
    web(namespace),
    { spec: { template: { spec: { containers: [{ name: 'web', image: value }] } } } },
    { fieldManager: 'kubectl-edit' },
  )

const NOTHING_SENT = { patch: 0, dryRun: 0, delete: 0 }

async function deploy(scene: ReconcileScene, application: string, more: Record<string, string> = {}) {
  const files = { 'n.yaml': namespaceYaml(application), 'web.yaml': deploymentYaml('web', application), ...more }
  const revision = scene.commit(application, files)
  await reconcileWithReport(scene.ports, scene.request(application))
  return revision
}

describe('under policy heal', () => {
  test('kubectl scale is taken back, and told with both values and the writer', async () => {
    await deploy(healing, 'scaled')
    await scale('scaled', 5)
    const report = await reconcileWithReport(healing.ports, healing.request('scaled'))
    expect(report.drift).toEqual([
      expect.objectContaining({
        object: 'Deployment/web',
        namespace: 'scaled',
        path: '.spec.replicas',
        desired: '2',
        live: '5',
        manager: 'kubectl',
        since: expect.stringMatching(/^20..-/),
      }),
    ])
    expect(await replicas('scaled')).toBe(2)
    const after = await reconcileWithReport(healing.ports, healing.request('scaled'))
    expect(after.requests).toMatchObject(NOTHING_SENT)
  })

  test('an object deleted by hand comes back', async () => {
    await deploy(healing, 'deleted', { 'c.yaml': configMapYaml('c', 'deleted', { a: 'b' }) })
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'deleted', name: 'c' }
    await plane.cluster.delete(key)
    const report = await reconcileWithReport(healing.ports, healing.request('deleted'))
    expect(report.drift).toMatchObject([{ object: 'ConfigMap/c', path: '', desired: 'present', live: 'missing' }])
    expect(report.outcome.details).toMatchObject({ created: 1 })
    expect(await plane.cluster.get(key)).toBeDefined()
  })

  test('an object that lost our label gets it back', async () => {
    await deploy(healing, 'unlabelled')
    const labels = { 'lockstep.dev/target': null }
    await plane.cluster.patch(web('unlabelled'), { metadata: { labels } }, { fieldManager: 'somebody' })
    const report = await reconcileWithReport(healing.ports, healing.request('unlabelled'))
    expect(report.drift).toMatchObject([
      { object: 'Deployment/web', path: '', live: 'present, without the label of its target' },
    ])
    const after = await reconcileWithReport(healing.ports, healing.request('unlabelled'))
    expect(after.requests).toMatchObject(NOTHING_SENT)
  })

  test("what a controller adds is the controller's, and no drift", async () => {
    await deploy(healing, 'additions')
    const annotations = { 'example.com/note': 'mine' }
    await plane.cluster.patch(web('additions'), { metadata: { annotations } }, { fieldManager: 'some-controller' })
    const report = await reconcileWithReport(healing.ports, healing.request('additions'))
    expect(report).toMatchObject({ drift: [], requests: NOTHING_SENT })
  })

  test('what people add is told and taken out: a field, an entry of a list, a container, an annotation', async () => {
    await deploy(healing, 'people')
    const containers = [
      { name: 'web', env: [{ name: 'DEBUG', value: '1' }] },
      { name: 'toolbox', image: 'registry.example/toolbox:1' },
    ]
    const spec = { paused: true, template: { spec: { containers } } }
    await plane.cluster.apply(
      { ...deployed('people'), metadata: { ...named('people'), annotations: { 'example.com/note': 'mine' } }, spec },
      { fieldManager: 'kubectl', force: true },
    )
    const report = await reconcileWithReport(healing.ports, healing.request('people'))
    const template = '.spec.template.spec.containers'
    expect(report.drift.map(({ path, desired, manager }) => [path, desired, manager]).sort()).toEqual(
      [
        ['.metadata.annotations.example.com/note', '(absent)', 'kubectl'],
        ['.spec.paused', '(absent)', 'kubectl'],
        [`${template}[name="toolbox"]`, '(absent)', 'kubectl'],
        [`${template}[name="web"].env[name="DEBUG"]`, '(absent)', 'kubectl'],
      ].sort(),
    )
    const live = await plane.cluster.get(web('people'))
    expect(at(live, 'spec', 'paused')).toBeUndefined()
    expect(at(live, 'spec', 'template', 'spec', 'containers')).toEqual([expect.objectContaining({ name: 'web' })])
    expect(JSON.stringify(at(live, 'spec', 'template', 'spec', 'containers'))).not.toContain('DEBUG')
    expect(at(live, 'metadata', 'annotations', 'example.com/note')).toBeUndefined()
    const after = await reconcileWithReport(healing.ports, healing.request('people'))
    expect(after).toMatchObject({ drift: [], requests: NOTHING_SENT })
  })

  test('an addition that takes over a field of another manager leaves that manager alone', async () => {
    await deploy(healing, 'sharing')
    const both = (manager: string) =>
      plane.cluster.patch(web('sharing'), { metadata: { labels: { tier: 'web' } } }, { fieldManager: manager })
    await both('some-controller')
    await both('kubectl-label')
    const report = await reconcileWithReport(healing.ports, healing.request('sharing'))
    expect(report).toMatchObject({ drift: [], requests: NOTHING_SENT })
    expect(at(await plane.cluster.get(web('sharing')), 'metadata', 'labels', 'tier')).toBe('web')
  })

  test('a restart by kubectl is no drift', async () => {
    await deploy(healing, 'restarted')
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-05T12:00:00Z' }
    const spec = { template: { metadata: { annotations } } }
    await plane.cluster.patch(web('restarted'), { spec }, { fieldManager: 'kubectl-rollout' })
    const report = await reconcileWithReport(healing.ports, healing.request('restarted'))
    expect(report).toMatchObject({ drift: [], requests: NOTHING_SENT })
  })

  test('a change in Git and a drifted field on the same object: both end as Git says', async () => {
    await deploy(healing, 'both')
    await scale('both', 7)
    healing.commit('both', {
      'n.yaml': namespaceYaml('both'),
      'web.yaml': deploymentYaml('web', 'both', { image: 'registry.example/web:2', replicas: 3 }),
    })
    const report = await reconcileWithReport(healing.ports, healing.request('both'))
    expect(report.drift).toMatchObject([{ path: '.spec.replicas', desired: '2', live: '7' }])
    expect(await replicas('both')).toBe(3)
  })

  test('a field Git newly sets, which somebody else owns, is a conflict even so', async () => {
    await deploy(healing, 'newly')
    await plane.cluster.patch(web('newly'), { spec: { minReadySeconds: 9 } }, { fieldManager: 'tuner' })
    const text = deploymentYaml('web', 'newly').replace('  replicas: 2\n', '  replicas: 2\n  minReadySeconds: 1\n')
    healing.commit('newly', { 'n.yaml': namespaceYaml('newly'), 'web.yaml': text })
    const { outcome } = await reconcileWithReport(healing.ports, healing.request('newly'))
    expect(outcome).toMatchObject({ decision: 'refused', code: 'FIELD_CONFLICT' })
    expect(outcome.message).toContain('.spec.minReadySeconds belongs to tuner')
  })

  test('replicas that an autoscaler writes are left to it', async () => {
    const autoscaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: autoscaled }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 9
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }]
`
    await deploy(healing, 'autoscaled', { 'hpa.yaml': autoscaler })
    await scale('autoscaled', 6)
    const report = await reconcileWithReport(healing.ports, healing.request('autoscaled'))
    expect(report.drift).toEqual([])
    expect(report.objects).toContainEqual(
      expect.objectContaining({ key: expect.objectContaining({ kind: 'Deployment' }), reason: 'REPLICAS_AUTOSCALED' }),
    )
    expect(await replicas('autoscaled')).toBe(6)
    const after = await reconcileWithReport(healing.ports, healing.request('autoscaled'))
    expect(after.requests.dryRun).toBe(0)
    expect(await replicas('autoscaled')).toBe(6)
  })

  test('no value of a Secret is in drift, status, jobs or inventory', async () => {
    await deploy(healing, 'secrets', { 's.yaml': secretYaml('s', 'secrets', { password: 'correct-horse' }) })
    const key = { group: '', version: 'v1', kind: 'Secret', namespace: 'secrets', name: 's' }
    const changed = Buffer.from('battery-staple').toString('base64')
    await plane.cluster.patch(key, { data: { password: changed } }, { fieldManager: 'kubectl-edit' })
    const { status } = await observeDrift(healing.ports, healing.request('secrets'))
    expect(status.drift).toMatchObject([
      { object: 'Secret/s', path: '.data.password', desired: '***', live: '***', manager: 'kubectl-edit' },
    ])
    const report = await reconcileWithReport(healing.ports, healing.request('secrets'))
    const inventories = await plane.cluster.list({ group: '', version: 'v1', kind: 'ConfigMap' })
    const everything = JSON.stringify([
      status,
      report.drift,
      report.objects,
      report.problems,
      healing.jobs,
      inventories.items,
    ])
    const desired = Buffer.from('correct-horse').toString('base64')
    for (const value of ['correct-horse', 'battery-staple', desired, changed]) expect(everything).not.toContain(value)
    expect(at(await plane.cluster.get(key), 'data', 'password')).toBe(desired)
  })

  test('a new value of a Secret in Git is applied, though its hash in the inventory is blind to it', async () => {
    await deploy(healing, 'rotated', { 's.yaml': secretYaml('s', 'rotated', { password: 'first' }) })
    await deploy(healing, 'rotated', { 's.yaml': secretYaml('s', 'rotated', { password: 'second' }) })
    const key = { group: '', version: 'v1', kind: 'Secret', namespace: 'rotated', name: 's' }
    expect(at(await plane.cluster.get(key), 'data', 'password')).toBe(Buffer.from('second').toString('base64'))
    const after = await reconcileWithReport(healing.ports, healing.request('rotated'))
    expect(after.requests).toMatchObject(NOTHING_SENT)
  })
})

describe('under policy report', () => {
  test('drift is told and left; an explicit heal takes it back, and nothing is left of it', async () => {
    await deploy(reporting, 'reported')
    await scale('reported', 6)
    const report = await reconcileWithReport(reporting.ports, reporting.request('reported'))
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'DRIFT_REPORTED' })
    expect(await replicas('reported')).toBe(6)
    const [status] = (await reporting.board.list('acme/shop')).filter(({ target }) => target.application === 'reported')
    expect(status).toMatchObject({ sync: 'OutOfSync', drift: [{ path: '.spec.replicas', desired: '2', live: '6' }] })
    expect(reporting.jobs.map(({ job }) => job)).toContainEqual(
      expect.objectContaining({ kind: 'gates', environment: 'prod' }),
    )
    const healed = await reconcileWithReport(reporting.ports, reporting.request('reported', true))
    expect(healed.outcome.details).toMatchObject({ configured: 1, failed: 0 })
    expect(await replicas('reported')).toBe(2)
    const { status: after } = await observeDrift(reporting.ports, reporting.request('reported'))
    expect(after).toMatchObject({ sync: 'Synced', drift: [] })
  })

  test('an image changed by hand is named by its container', async () => {
    await deploy(reporting, 'image')
    await image('image', 'registry.example/web:hacked')
    const { drift } = (await observeDrift(reporting.ports, reporting.request('image'))).status
    expect(drift).toContainEqual(
      expect.objectContaining({
        path: '.spec.template.spec.containers[name="web"].image',
        desired: 'registry.example/web:1',
        live: 'registry.example/web:hacked',
        manager: 'kubectl-edit',
      }),
    )
  })

  test('a change in Git is not forced over drift: it waits for /heal', async () => {
    await deploy(reporting, 'blocked')
    await scale('blocked', 4)
    reporting.commit('blocked', {
      'n.yaml': namespaceYaml('blocked'),
      'web.yaml': deploymentYaml('web', 'blocked', { image: 'registry.example/web:2' }),
    })
    const { outcome } = await reconcileWithReport(reporting.ports, reporting.request('blocked'))
    expect(outcome).toMatchObject({ decision: 'refused', code: 'DRIFT_BLOCKS' })
    expect(outcome.message).toContain('.spec.replicas by kubectl')
    expect(outcome.remedy).toContain('/heal prod')
    const healed = await reconcileWithReport(reporting.ports, reporting.request('blocked', true))
    expect(healed.outcome.details).toMatchObject({ configured: 1, failed: 0 })
    expect(await replicas('blocked')).toBe(2)
  })

  test('a deleted object stays away and shows as Missing', async () => {
    await deploy(reporting, 'gone')
    await plane.cluster.delete(web('gone'))
    const { status } = await observeDrift(reporting.ports, reporting.request('gone'))
    expect(status).toMatchObject({ health: 'Missing', drift: [{ object: 'Deployment/web', live: 'missing' }] })
    await reconcileWithReport(reporting.ports, reporting.request('gone'))
    expect(await plane.cluster.get(web('gone'))).toBeUndefined()
  })
})
