import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { observeDrift } from '../../../src/reconcile/drift/observe-drift.ts'
import { planTarget } from '../../../src/reconcile/pass/plan-target.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { type AdmissionWebhook, startAdmissionWebhook, webhookConfiguration } from '../../support/admission-webhook.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
let webhook: AdmissionWebhook
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev' })
  webhook = await startAdmissionWebhook(judge)
}, KUSTOMIZE_SETUP_MS)
afterAll(() => webhook.stop())

/** Refuses what is `bad`; elsewhere than in `denied`, rewrites `image` and adds `added`. */
function judge(object: JsonObject) {
  const data = (object.data ?? {}) as JsonObject
  if (data.bad) return { refusal: 'bad is not good' }
  if (at(object, 'metadata', 'namespace') === 'denied') return { patch: [] }
  const mirrored = typeof data.image === 'string' && !data.image.startsWith('mirror/')
  return {
    patch: [
      { op: 'add', path: '/data/added', value: 'by-webhook' },
      ...(mirrored ? [{ op: 'replace', path: '/data/image', value: `mirror/${data.image}` }] : []),
    ],
  }
}

const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))
const configMap = async (namespace: string, name: string) =>
  plane.cluster.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name })

/** Registers a webhook for ConfigMaps of a new namespace and waits until the API server asks it. */
async function registered(
  kind: 'Mutating' | 'Validating',
  namespace: string,
  clientConfig = webhook.clientConfig,
): Promise<void> {
  const admin = { fieldManager: 'admin' }
  await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, admin)
  const configuration = webhookConfiguration(kind, namespace, namespace, { clientConfig })
  await plane.cluster.apply(configuration, admin)
  const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', namespace }, data: { bad: '1' } }
  const isAsked = () =>
    plane.cluster.create(probe, { ...admin, dryRun: true }).then(
      () => false,
      () => true,
    )
  await eventually(isAsked)
}

describe('a mutating webhook', () => {
  test('changes what is applied, and that is no drift; what people change then still is', async () => {
    await registered('Mutating', 'mutated')
    scene.commit('mutated', { 'a.yaml': configMapYaml('a', 'mutated', { image: 'web:1' }) })
    expect((await reconcile('mutated')).outcome.code).toBe('RECONCILED')
    expect((await configMap('mutated', 'a'))?.data).toEqual({ image: 'mirror/web:1', added: 'by-webhook' })
    const again = await reconcile('mutated')
    expect(again).toMatchObject({ drift: [], requests: { patch: 0, dryRun: 0 } })
    expect((await observeDrift(scene.ports, scene.request('mutated'))).status.drift).toEqual([])
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'mutated', name: 'a' }
    await plane.cluster.patch(key, { data: { image: 'mirror/web:9' } }, { fieldManager: 'kubectl-edit' })
    const healed = await reconcile('mutated')
    expect(healed.drift).toMatchObject([{ path: '.data.image', desired: 'mirror/web:1', live: 'mirror/web:9' }])
    expect((await configMap('mutated', 'a'))?.data).toMatchObject({ image: 'mirror/web:1' })
    expect((await reconcile('mutated')).requests).toMatchObject({ patch: 0, dryRun: 0 })
  })
})

describe('a webhook that refuses', () => {
  test('is named with its words, and nothing is applied', async () => {
    await registered('Validating', 'denied')
    scene.commit('denied', {
      'a.yaml': configMapYaml('a', 'denied', { fine: '1' }),
      'b.yaml': configMapYaml('b', 'denied', { bad: '1' }),
    })
    const report = await reconcile('denied')
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'ADMISSION_DENIED' })
    expect(report.problems).toMatchObject([{ object: 'ConfigMap/b' }])
    expect(report.outcome.message).toContain('"denied.example.com" denied the request: bad is not good')
    expect(await configMap('denied', 'a')).toBeUndefined()
  })
})

describe('a webhook that does not answer', () => {
  test('is named, and the pass ends before anything is applied, without asking about the rest', async () => {
    const dead = { ...webhook.clientConfig, url: 'https://127.0.0.1:1/' }
    await registered('Validating', 'dead', dead)
    const many = Array.from({ length: 100 }, (_, i) => [`a${i}.yaml`, configMapYaml(`a${i}`, 'dead', { a: '1' })])
    scene.commit('dead', Object.fromEntries(many))
    const report = await reconcile('dead')
    expect(report.outcome).toMatchObject({ decision: 'failed', code: 'WEBHOOK_UNAVAILABLE' })
    expect(report.outcome.message).toContain('dead.example.com')
    expect(report.outcome.remedy).toContain('dead.example.com')
    expect(report.requests.patch).toBe(0)
    expect(report.requests.dryRun).toBeLessThanOrEqual(16 * 5)
    expect(report.objects.filter(({ reason }) => reason === 'NOT_ASKED').length).toBeGreaterThan(80)
  })
})

/** `sideEffects: Some` is only left on webhooks from before Kubernetes 1.22, so the API server's words for it come from a proxy here. */
describe('a webhook without dry runs', () => {
  let proxy: FaultProxy
  let cluster: Cluster
  beforeAll(async () => {
    proxy = await startFaultProxy(plane.local.kubeconfig)
    cluster = await plane.open({ kubeconfig: proxy.kubeconfig })
    const message = 'admission webhook "old.example.com" does not support dry run'
    const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'BadRequest', message })
    proxy.inject(/namespaces\/sideways\/configmaps.*dryRun=All/, { answer: { status: 400, body } }, 1_000)
  })
  afterAll(() => proxy.close())

  const ports = () => ({ ...scene.ports, cluster: async () => cluster })
  const reconcileThere = () => reconcileWithReport(ports(), scene.request('sideways'))
  const commit = (value: string, more: Record<string, string> = {}) =>
    scene.commit('sideways', {
      'n.yaml': namespaceYaml('sideways'),
      'a.yaml': configMapYaml('a', 'sideways', { a: value }),
      'other.yaml': configMapYaml('other', 'default', { a: value }),
      ...more,
    })
  const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'sideways', name: 'a' }

  test('its objects are applied unrehearsed and flagged; the rest is rehearsed', async () => {
    commit('one')
    const report = await reconcileThere()
    expect(report.outcome).toMatchObject({ code: 'RECONCILED', details: { created: 3 } })
    expect(report.objects).toContainEqual({ key, verb: 'created', reason: 'DRY_RUN_UNSUPPORTED' })
    expect(report.objects.filter(({ reason }) => reason)).toHaveLength(1)
    expect((await reconcileThere()).requests).toMatchObject({ patch: 0, dryRun: 0 })
    commit('two')
    const plan = await planTarget(ports(), scene.request('sideways'))
    expect(plan.objects).toContainEqual({ key, verb: 'configured', reason: 'DRY_RUN_UNSUPPORTED' })
    expect((await reconcileThere()).outcome).toMatchObject({ code: 'RECONCILED', details: { configured: 2 } })
    expect((await configMap('sideways', 'a'))?.data).toEqual({ a: 'two' })
  })

  test('a refusal elsewhere still keeps them from being applied', async () => {
    commit('three', { 'b.yaml': configMapYaml('b', 'nowhere', {}) })
    expect((await reconcileThere()).outcome.decision).toBe('refused')
    expect((await configMap('sideways', 'a'))?.data).toEqual({ a: 'two' })
  })

  test('drift of them is told, and put back', async () => {
    commit('two')
    await reconcileThere()
    await plane.cluster.patch(key, { data: { a: 'theirs' } }, { fieldManager: 'kubectl-edit' })
    const report = await reconcileThere()
    expect(report.drift).toMatchObject([{ object: 'ConfigMap/a', live: 'changed' }])
    expect((await configMap('sideways', 'a'))?.data).toEqual({ a: 'two' })
  })

  test('one that exists already and is another manager’s is a conflict when it is applied', async () => {
    const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', namespace: 'sideways' } }
    await plane.cluster.apply({ ...theirs, data: { mode: 'theirs' } }, { fieldManager: 'operator-x' })
    commit('two', { 'b.yaml': configMapYaml('b', 'sideways', { mode: 'ours' }) })
    const { problems } = await reconcileThere()
    expect(problems).toMatchObject([{ code: 'FIELD_CONFLICT', object: 'ConfigMap/b' }])
    expect((await configMap('sideways', 'b'))?.data).toEqual({ mode: 'theirs' })
  })
})

test('a policy of the cluster that refuses is told with its words', async () => {
  const admin = { fieldManager: 'admin' }
  const group = 'admissionregistration.k8s.io/v1'
  await plane.cluster.apply(
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'small' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'policy' } },
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['*'] }],
        },
        validations: [{ expression: "!has(object.data) || !('bad' in object.data)", message: 'bad is not good' }],
      },
    },
    admin,
  )
  const binding = { policyName: 'small', validationActions: ['Deny'] }
  await plane.cluster.apply(
    { apiVersion: group, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'small' }, spec: binding },
    admin,
  )
  await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'policy' } }, admin)
  const probe = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'probe', namespace: 'policy' },
    data: { bad: '1' },
  }
  await eventually(() =>
    plane.cluster.create(probe, { ...admin, dryRun: true }).then(
      () => false,
      () => true,
    ),
  )
  scene.commit('policy', { 'b.yaml': configMapYaml('b', 'policy', { bad: '1' }) })
  const { outcome } = await reconcile('policy')
  expect(outcome).toMatchObject({ decision: 'refused', code: 'ADMISSION_DENIED' })
  expect(outcome.message).toContain("ValidatingAdmissionPolicy 'small'")
})
