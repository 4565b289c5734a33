import { beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { Cluster, LiveObject } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcileReport } from '../../../src/reconcile/report/report.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { appliedBy, appliedByKubectl, createdBy } from '../../support/foreign-objects.ts'
import { at, managersOf } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  const more = 'takeover: [deployer, ci-*]'
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev', pruneLimit: 2, more })
}, KUSTOMIZE_SETUP_MS)

const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))
const configMapKey = (namespace: string): ResourceKey => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace,
  name: 'a',
})
const web = (namespace: string): ResourceKey => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace,
  name: 'web',
})
const get = async (key: ResourceKey) => (await plane.cluster.get(key)) as LiveObject
const body = (yaml: string) => parse(yaml) as JsonObject
const configMap = (namespace: string, data: Record<string, string>) => body(configMapYaml('a', namespace, data))
const namespace = (name: string) => appliedBy(plane.cluster, 'admin', body(namespaceYaml(name)))
/** Without those that only wait for controllers, which do not run here. */
const refused = ({ problems }: Pick<ReconcileReport, 'problems'>) =>
  problems.filter(({ code }) => code !== 'OBJECT_PROGRESSING')
const REASONS = { reason: 'TAKEN_OVER' }

describe('an object of an earlier tool', () => {
  const tools: [string, (cluster: Cluster, object: JsonObject) => Promise<LiveObject>][] = [
    ['kubectl apply', appliedByKubectl],
    ['kubectl apply --server-side', (cluster, object) => appliedBy(cluster, 'kubectl', object)],
    ...['kubectl-create', 'kubectl-replace', 'kubectl-edit', 'helm', 'HashiCorp', 'pulumi-kubernetes-1a2b', 'kapp'].map(
      (manager): [string, (cluster: Cluster, object: JsonObject) => Promise<LiveObject>] => [
        manager,
        (cluster, object) => createdBy(cluster, manager, object),
      ],
    ),
    ...['kustomize-controller', 'helm-controller', 'argocd-controller', 'deployer', 'ci-4711'].map(
      (manager): [string, (cluster: Cluster, object: JsonObject) => Promise<LiveObject>] => [
        manager,
        (cluster, object) => appliedBy(cluster, manager, object),
      ],
    ),
  ]
  test.each(tools)('%s: its fields become ours, and what Git lacks goes', async (tool, make) => {
    const name = tool.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    await namespace(name)
    await make(plane.cluster, configMap(name, { same: '1', changed: 'theirs', gone: '1', later: '1' }))
    scene.commit(name, { 'a.yaml': configMapYaml('a', name, { same: '1', changed: 'ours', later: '1' }) })
    const report = await reconcile(name)
    expect(refused(report)).toEqual([])
    expect(report.objects).toMatchObject([{ verb: 'configured', ...REASONS }])
    const live = await get(configMapKey(name))
    expect(live.data).toEqual({ same: '1', changed: 'ours', later: '1' })
    expect(managersOf(live)).toEqual(['lockstep'])
    expect(at(live, 'metadata', 'annotations')).toBeUndefined()
    scene.commit(name, { 'a.yaml': configMapYaml('a', name, { same: '1', changed: 'ours' }) })
    await reconcile(name)
    expect((await get(configMapKey(name))).data).toEqual({ same: '1', changed: 'ours' })
    expect((await reconcile(name)).requests).toMatchObject({ patch: 0, dryRun: 0 })
  })

  test('without a difference in value is migrated too, or what leaves Git later would stay', async () => {
    await namespace('equal')
    await appliedByKubectl(plane.cluster, configMap('equal', { a: '1', b: '1' }))
    scene.commit('equal', { 'a.yaml': configMapYaml('a', 'equal', { a: '1', b: '1' }) })
    expect((await reconcile('equal')).objects).toMatchObject([REASONS])
    scene.commit('equal', { 'a.yaml': configMapYaml('a', 'equal', { a: '1' }) })
    await reconcile('equal')
    expect((await get(configMapKey('equal'))).data).toEqual({ a: '1' })
  })

  test('from before fields had owners: Git’s values count, and what it does not speak of stays', async () => {
    await namespace('ancient')
    await appliedByKubectl(plane.cluster, configMap('ancient', { a: 'theirs', b: '1' }))
    await plane.cluster.patch(configMapKey('ancient'), { metadata: { managedFields: [{}] } }, { fieldManager: 'x' })
    expect(managersOf(await get(configMapKey('ancient')))).toEqual([])
    scene.commit('ancient', { 'a.yaml': configMapYaml('a', 'ancient', { a: 'ours' }) })
    expect(refused(await reconcile('ancient'))).toEqual([])
    const live = await get(configMapKey('ancient'))
    expect(live.data).toEqual({ a: 'ours', b: '1' })
    expect(managersOf(live)).toEqual(['lockstep'])
    scene.commit('ancient', { 'a.yaml': configMapYaml('a', 'ancient', { c: '1' }) })
    await reconcile('ancient')
    expect((await get(configMapKey('ancient'))).data).toEqual({ b: '1', c: '1' })
  })

  test('a Deployment: sidecar and variable that Git lacks go, the controllers’ share of it stays', async () => {
    await namespace('workload')
    const theirs = body(deploymentYaml('web', 'workload', { replicas: 4 }))
    const containers = at(theirs, 'spec', 'template', 'spec', 'containers') as JsonObject[]
    const env = at(theirs, 'spec', 'template', 'spec', 'containers', 0, 'env') as JsonObject[]
    containers.push({ name: 'sidecar', image: 'sidecar:1' })
    env.push({ name: 'THEIRS', value: '1' })
    await appliedByKubectl(plane.cluster, theirs)
    const status = { status: { observedGeneration: 1, replicas: 4 } }
    await plane.cluster.patch(web('workload'), status, {
      fieldManager: 'kube-controller-manager',
      subresource: 'status',
    })
    scene.commit('workload', { 'web.yaml': deploymentYaml('web', 'workload', { replicas: 4 }) })
    expect(refused(await reconcile('workload'))).toEqual([])
    const live = await get(web('workload'))
    expect(at(live, 'spec', 'template', 'spec', 'containers')).toMatchObject([
      { name: 'web', env: [{ name: 'MODE', value: 'fast' }] },
    ])
    expect(at(live, 'spec', 'template', 'spec', 'containers', 1)).toBeUndefined()
    expect(at(live, 'status', 'replicas')).toBe(4)
    expect(managersOf(live).sort()).toEqual(['kube-controller-manager', 'lockstep'])
    expect((await reconcile('workload')).requests).toMatchObject({ patch: 0, dryRun: 0 })
  })

  test('replicas that Git leaves open keep their number', async () => {
    await namespace('open')
    await appliedByKubectl(plane.cluster, body(deploymentYaml('web', 'open', { replicas: 7 })))
    scene.commit('open', { 'web.yaml': deploymentYaml('web', 'open').replace('  replicas: 2\n', '') })
    await reconcile('open')
    expect(at(await get(web('open')), 'spec', 'replicas')).toBe(7)
  })

  test('replicas that somebody scaled with kubectl are Git’s again', async () => {
    await namespace('scaled')
    await appliedByKubectl(plane.cluster, body(deploymentYaml('web', 'scaled')))
    const scale = { fieldManager: 'kubectl', subresource: 'scale' }
    await plane.cluster.patch(web('scaled'), { spec: { replicas: 5 } }, scale)
    scene.commit('scaled', { 'web.yaml': deploymentYaml('web', 'scaled') })
    expect(refused(await reconcile('scaled'))).toEqual([])
    expect(at(await get(web('scaled')), 'spec', 'replicas')).toBe(2)
  })

  test('a Namespace keeps the label that the server gives it', async () => {
    await createdBy(plane.cluster, 'kubectl-create', body(namespaceYaml('named')))
    scene.commit('named', { 'n.yaml': namespaceYaml('named'), 'a.yaml': configMapYaml('a', 'named', {}) })
    expect((await reconcile('named')).outcome.code).toBe('RECONCILED')
    const live = await get({ group: '', version: 'v1', kind: 'Namespace', name: 'named' })
    expect(at(live, 'metadata', 'labels', 'kubernetes.io/metadata.name')).toBe('named')
    expect((await reconcile('named')).requests).toMatchObject({ patch: 0, dryRun: 0 })
  })
})

test('with one field of a stranger among an earlier tool’s, nothing is touched and only the stranger is named', async () => {
  await namespace('mixed')
  await appliedByKubectl(plane.cluster, configMap('mixed', { mode: 'theirs', old: '1' }))
  await plane.cluster.patch(configMapKey('mixed'), { data: { level: '9' } }, { fieldManager: 'operator-x' })
  const before = await get(configMapKey('mixed'))
  scene.commit('mixed', { 'a.yaml': configMapYaml('a', 'mixed', { mode: 'ours', level: '1' }) })
  const { problems } = await reconcile('mixed')
  expect(problems).toMatchObject([{ code: 'FIELD_CONFLICT' }])
  expect(problems[0]?.message).toContain('.data.level belongs to operator-x')
  expect(problems[0]?.message).not.toContain('kubectl')
  expect(await get(configMapKey('mixed'))).toEqual(before)
})

test('an object that moves between the dry run and the apply is taken over as it is by then', async () => {
  await namespace('moving')
  await appliedByKubectl(plane.cluster, configMap('moving', { a: 'theirs', gone: '1' }))
  let moved = 0
  const patch: Cluster['patch'] = async (key, change, options) => {
    const note = { metadata: { annotations: { 'example.com/beat': `${moved++}` } } }
    if (key.namespace === 'moving' && moved < 3) await plane.cluster.patch(key, note, { fieldManager: 'beater' })
    return plane.cluster.patch(key, change, options)
  }
  const cluster = new Proxy(plane.cluster, {
    get(target, name) {
      const value: unknown = name === 'patch' ? patch : Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  scene.commit('moving', { 'a.yaml': configMapYaml('a', 'moving', { a: 'ours' }) })
  const ports = { ...scene.ports, cluster: async () => cluster }
  expect((await reconcileWithReport(ports, scene.request('moving'))).problems).toEqual([])
  const live = await get(configMapKey('moving'))
  expect(live.data).toEqual({ a: 'ours' })
  expect(at(live, 'metadata', 'annotations')).toEqual({ 'example.com/beat': '1' })
  expect(managersOf(live).sort()).toEqual(['beater', 'lockstep'])
})

describe('replicas of an autoscaler', () => {
  const autoscaler = (name: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: ${name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 9
`
  const replicas = async (name: string) => at(await get(web(name)), 'spec', 'replicas')
  const scaled = (name: string, count: number, fieldManager = 'kube-controller-manager') =>
    plane.cluster.patch(web(name), { spec: { replicas: count } }, { fieldManager, subresource: 'scale' })
  const openReplicas = (name: string) => deploymentYaml('web', name).replace('  replicas: 2\n', '')

  test('are left to it from the first apply on', async () => {
    await namespace('hpa-first')
    await appliedByKubectl(plane.cluster, body(deploymentYaml('web', 'hpa-first')))
    await appliedBy(plane.cluster, 'admin', body(autoscaler('hpa-first')))
    await scaled('hpa-first', 6)
    scene.commit('hpa-first', { 'web.yaml': deploymentYaml('web', 'hpa-first', { image: 'web:2' }) })
    expect(refused(await reconcile('hpa-first'))).toEqual([])
    expect(await replicas('hpa-first')).toBe(6)
    expect((await reconcile('hpa-first')).requests).toMatchObject({ patch: 0, dryRun: 0 })
  })

  test('are left to one that applies a part of the object', async () => {
    scene.commit('hpa-part', {
      'n.yaml': namespaceYaml('hpa-part'),
      'web.yaml': deploymentYaml('web', 'hpa-part'),
      'hpa.yaml': autoscaler('hpa-part'),
    })
    await reconcile('hpa-part')
    const part = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'hpa-part' } }
    await appliedBy(plane.cluster, 'scaler', { ...part, spec: { replicas: 8 } })
    scene.commit('hpa-part', {
      'n.yaml': namespaceYaml('hpa-part'),
      'web.yaml': deploymentYaml('web', 'hpa-part', { image: 'web:2' }),
      'hpa.yaml': autoscaler('hpa-part'),
    })
    const report = await reconcile('hpa-part')
    expect(refused(report)).toEqual([])
    expect(report.objects).toContainEqual(expect.objectContaining({ reason: 'REPLICAS_AUTOSCALED' }))
    expect(await replicas('hpa-part')).toBe(8)
  })

  test('are left to whoever else writes them through scale, such as KEDA', async () => {
    scene.commit('keda', { 'n.yaml': namespaceYaml('keda'), 'web.yaml': deploymentYaml('web', 'keda') })
    await reconcile('keda')
    await scaled('keda', 4, 'keda')
    const report = await reconcile('keda')
    expect(refused(report)).toEqual([])
    expect(report.drift).toEqual([])
    expect(await replicas('keda')).toBe(4)
  })

  test('may be none at all, which the server notes no owner of', async () => {
    const files = { 'n.yaml': namespaceYaml('none'), 'hpa.yaml': autoscaler('none') }
    scene.commit('none', { ...files, 'web.yaml': deploymentYaml('web', 'none') })
    await reconcile('none')
    await scaled('none', 0, 'keda')
    scene.commit('none', { ...files, 'web.yaml': deploymentYaml('web', 'none', { image: 'registry.example/web:2' }) })
    const report = await reconcile('none')
    expect(refused(report)).toEqual([])
    expect(report.drift).toEqual([])
    expect(await replicas('none')).toBe(0)
  })

  test('keep their number when Git hands them over', async () => {
    const n = { 'n.yaml': namespaceYaml('handover') }
    scene.commit('handover', { ...n, 'web.yaml': deploymentYaml('web', 'handover', { replicas: 5 }) })
    await reconcile('handover')
    scene.commit('handover', { ...n, 'web.yaml': openReplicas('handover'), 'hpa.yaml': autoscaler('handover') })
    expect(refused(await reconcile('handover'))).toEqual([])
    expect(await replicas('handover')).toBe(5)
    expect((await reconcile('handover')).requests).toMatchObject({ patch: 0, dryRun: 0 })
    expect(await replicas('handover')).toBe(5)
  })

  test('are Git’s again once it is gone', async () => {
    await namespace('hpa-gone')
    await appliedByKubectl(plane.cluster, body(deploymentYaml('web', 'hpa-gone')))
    await scaled('hpa-gone', 6)
    scene.commit('hpa-gone', { 'web.yaml': deploymentYaml('web', 'hpa-gone') })
    expect(refused(await reconcile('hpa-gone'))).toEqual([])
    expect(await replicas('hpa-gone')).toBe(2)
  })

  test('and resources that a VerticalPodAutoscaler sets are left to that', async () => {
    const n = { 'n.yaml': namespaceYaml('vpa') }
    scene.commit('vpa', { ...n, 'web.yaml': deploymentYaml('web', 'vpa') })
    await reconcile('vpa')
    const resources = { requests: { cpu: '250m', memory: '64Mi' } }
    const containers = [
      { name: 'web', image: 'registry.example/web:1', env: [{ name: 'MODE', value: 'fast' }], resources },
    ]
    await plane.cluster.patch(
      web('vpa'),
      { spec: { template: { spec: { containers } } } },
      { fieldManager: 'vpa-updater' },
    )
    scene.commit('vpa', { ...n, 'web.yaml': deploymentYaml('web', 'vpa', { image: 'registry.example/web:2' }) })
    const report = await reconcile('vpa')
    expect(refused(report)).toEqual([])
    expect(report.drift).toEqual([])
    const [container] = at(await get(web('vpa')), 'spec', 'template', 'spec', 'containers') as JsonObject[]
    expect(container).toMatchObject({ image: 'registry.example/web:2', resources })
  })
})
