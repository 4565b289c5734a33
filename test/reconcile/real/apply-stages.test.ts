import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Cluster } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { planTarget } from '../../../src/reconcile/pass/plan-target.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { at, customResourceDefinition } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane({ users: ['limited'] })
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
const get = (kind: string, namespace: string, name: string) =>
  plane.cluster.get({ group: '', version: 'v1', kind, namespace, name })
const admin = { fieldManager: 'admin' }

/** `dry deployments/web` and `deployments/web` of what was sent meanwhile, without inventories. */
async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = proxy.seen.length
  await work()
  return proxy.seen.slice(before).flatMap((line) => {
    const [, path, query] = /^PATCH \S*\/([^/]+\/[^/?]+)\?(\S*)/.exec(line) ?? []
    if (!path || path.startsWith('configmaps/lockstep-') || path.endsWith('/lockstep-system')) return []
    return [query?.includes('dryRun=All') ? `dry ${path}` : path]
  })
}

describe('stages', () => {
  const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: staged }
rules: []
`
  const hook = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: staged }
webhooks: []
`

  test('foundations first, then the dry run of all the rest, then each stage after the other', async () => {
    scene.commit('staged', {
      'h.yaml': hook,
      'w.yaml': deploymentYaml('web', 'staged'),
      'c.yaml': configMapYaml('a', 'staged', {}),
      'r.yaml': role,
      'n.yaml': namespaceYaml('staged'),
    })
    const writes = await writesOf(() => reconcile('staged'))
    const rest = [
      'clusterroles/staged',
      'configmaps/a',
      'deployments/web',
      'validatingwebhookconfigurations/staged',
    ] as const
    expect(writes.slice(0, 2)).toEqual(['dry namespaces/staged', 'namespaces/staged'])
    expect(writes.slice(2, 6).sort()).toEqual(rest.map((path) => `dry ${path}`))
    expect(writes.slice(6)).toEqual(rest)
  })

  test('a bare Pod and the class it needs come in one pass, though the server looks for the class in a dry run too', async () => {
    const priority = 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: staged }\nvalue: 5\n'
    const pod = `apiVersion: v1
kind: Pod
metadata: { name: p, namespace: default }
spec: { priorityClassName: staged, containers: [{ name: c, image: "i:1" }] }
`
    scene.commit('pods', { 'p.yaml': pod, 'c.yaml': priority })
    expect((await reconcile('pods')).outcome.details).toMatchObject({ created: 2, failed: 0 })
    scene.commit('pods', { 'p.yaml': pod.replace('name: p,', 'name: q,').replace('staged', 'nobodys') })
    expect((await reconcile('pods')).outcome).toMatchObject({ decision: 'refused', code: 'ADMISSION_DENIED' })
  })

  test('of two hundred objects the one that changed is sent, twice', async () => {
    const files = (changed: string) =>
      Object.fromEntries([
        ['n.yaml', namespaceYaml('many')],
        ...Array.from({ length: 200 }, (_, i) => [
          `a${i}.yaml`,
          configMapYaml(`a${i}`, 'many', { a: i === 77 ? changed : '1' }),
        ]),
      ])
    scene.commit('many', files('one'))
    await reconcile('many')
    scene.commit('many', files('two'))
    expect(await writesOf(() => reconcile('many'))).toEqual(['dry configmaps/a77', 'configmaps/a77'])
  })

  test('an unchanged pass over a manifest with empty lists writes nothing, though the server would count each as a change', async () => {
    const text = deploymentYaml('web', 'lists').replace(
      'spec:\n      containers',
      'spec:\n      volumes: []\n      tolerations: []\n      containers',
    )
    scene.commit('lists', {
      'n.yaml': namespaceYaml('lists'),
      'w.yaml': text.replace('env: [{ name: MODE, value: fast }]', 'env: []'),
    })
    await reconcile('lists')
    const key = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'lists', name: 'web' }
    const version = at(await plane.cluster.get(key), 'metadata', 'resourceVersion')
    for (const _ of [1, 2]) expect(await writesOf(() => reconcile('lists'))).toEqual([])
    expect(at(await plane.cluster.get(key), 'metadata', 'resourceVersion')).toBe(version)
  })
})

describe('a definition', () => {
  const definition = (kind: string, schema: JsonObject = {}, names: JsonObject = {}) => {
    const crd = customResourceDefinition(kind) as { spec: JsonObject & { versions: JsonObject[] } }
    const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...schema }
    const versions = crd.spec.versions.map((version) => ({ ...version, schema: { openAPIV3Schema } }))
    const spec = { ...crd.spec, versions, names: { ...(crd.spec.names as JsonObject), ...names } }
    return JSON.stringify({ ...crd, spec })
  }
  const custom = (kind: string, name: string, spec: string) =>
    `apiVersion: example.dev/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: default }\nspec: ${spec}\n`
  const small = { properties: { spec: { type: 'object', properties: { size: { type: 'integer', maximum: 5 } } } } }

  test('and objects of it come in one pass', async () => {
    scene.commit('gadgets', { 'd.yaml': definition('Gadget'), 'g.yaml': custom('Gadget', 'g', '{ size: 9 }') })
    expect((await reconcile('gadgets')).outcome).toMatchObject({ code: 'RECONCILED', details: { created: 2 } })
  })

  test('that changes so that an object beside it is wrong: the object is named, and nothing else is applied', async () => {
    scene.commit('strict', { 'd.yaml': definition('Strict'), 's.yaml': custom('Strict', 's', '{ size: 9 }') })
    await reconcile('strict')
    const files = { 'd.yaml': definition('Strict', small), 'c.yaml': configMapYaml('strict', 'default', {}) }
    scene.commit('strict', { ...files, 's.yaml': custom('Strict', 's', '{ size: 8 }') })
    const report = await reconcile('strict')
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'APPLY_REFUSED' })
    expect(report.outcome.message).toContain('Strict/s was refused')
    expect(report.outcome.message).toContain('spec.size')
    expect(await get('ConfigMap', 'default', 'strict')).toBeUndefined()
  })

  test('that changes: objects beside it that did not are asked about again, and not written', async () => {
    scene.commit('again', { 'd.yaml': definition('Again'), 's.yaml': custom('Again', 's', '{ size: 3 }') })
    await reconcile('again')
    scene.commit('again', { 'd.yaml': definition('Again', small), 's.yaml': custom('Again', 's', '{ size: 3 }') })
    expect(await writesOf(() => reconcile('again'))).toEqual([
      'dry customresourcedefinitions/agains.example.dev',
      'customresourcedefinitions/agains.example.dev',
      'dry agains/s',
    ])
    expect(await writesOf(() => reconcile('again'))).toEqual([])
  })

  test('whose names another one has is told at once', async () => {
    await plane.cluster.apply(JSON.parse(definition('Taken')), admin)
    const other = JSON.parse(definition('Taken')) as { metadata: JsonObject; spec: { names: JsonObject } }
    other.metadata = { name: 'takenothers.example.dev' }
    other.spec.names = { ...other.spec.names, plural: 'takenothers' }
    scene.commit('taken', { 'd.yaml': JSON.stringify(other), 'c.yaml': configMapYaml('taken', 'default', {}) })
    const { outcome } = await reconcile('taken')
    expect(outcome).toMatchObject({ decision: 'failed', code: 'DEFINITION_NOT_SERVED' })
    expect(outcome.message).toMatch(/does not serve Taken.example.dev: .*already in use/)
    expect(await get('ConfigMap', 'default', 'taken')).toBeUndefined()
  })
})

describe('an object that the server does not take', () => {
  const limit = 1_100_000
  const bad: [string, string, string, RegExp][] = [
    [
      'unknown-field',
      configMapYaml('bad', 'NS', {}).replace('data: {}', 'nonsense: 1'),
      'APPLY_REFUSED',
      /nonsense.*not declared/,
    ],
    [
      'key-twice',
      deploymentYaml('bad', 'NS').replace('env: [{', 'env: [{ name: MODE, value: slow }, {'),
      'APPLY_REFUSED',
      /duplicate entries for key/,
    ],
    ['number', configMapYaml('bad', 'NS', {}).replace('{}', '{ a: 5 }'), 'APPLY_REFUSED', /expected string/],
    ['name', configMapYaml('Bad_Name', 'NS', {}), 'APPLY_REFUSED', /metadata.name/],
    ['long-name', configMapYaml('x'.repeat(254), 'NS', {}), 'APPLY_REFUSED', /no more than 253/],
    [
      'label',
      configMapYaml('bad', 'NS', {}).replace('name: bad', `name: bad, labels: { a: ${'y'.repeat(64)} }`),
      'APPLY_REFUSED',
      /no more than 63/,
    ],
    [
      'large',
      configMapYaml('bad', 'NS', { a: 'z'.repeat(limit) }),
      'APPLY_REFUSED',
      /may not be more than 1048576 bytes/,
    ],
    ['larger', configMapYaml('bad', 'NS', { a: 'z'.repeat(3 * limit) }), 'OBJECT_TOO_LARGE', /too large: limit is/],
  ]
  test.each(
    bad,
  )('%s: one problem that names it, asked once, and nothing beside it applied', async (name, yaml, code, words) => {
    const app = `bad-${name}`
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app } }, admin)
    scene.commit(app, { 'bad.yaml': yaml.replaceAll('NS', app), 'good.yaml': configMapYaml('good', app, {}) })
    const report = await reconcile(app)
    expect(report.outcome).toMatchObject({ decision: 'refused', code })
    expect(report.problems).toHaveLength(1)
    expect(report.problems[0]?.object).toMatch(/^(ConfigMap|Deployment)\/(bad|Bad_Name|x+)$/)
    expect(report.problems[0]?.message).toMatch(words)
    expect(report.problems[0]?.message.length).toBeLessThan(1_500)
    expect(report.requests).toMatchObject({ dryRun: 2, patch: 0 })
    expect(await get('ConfigMap', app, 'good')).toBeUndefined()
  })

  test('of a kind that the environment does not take is refused before anything is asked', async () => {
    const keys = 'kinds: { deny: [Secret] }'
    const strict = await ReconcileScene.open({ cluster: () => cluster, environment: 'dev', keys })
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: default }\n'
    strict.commit('kinds', { 'a.yaml': configMapYaml('kinds', 'default', {}), 's.yaml': secret })
    const report = await reconcileWithReport(strict.ports, strict.request('kinds'))
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'KIND_FORBIDDEN' })
    expect(report.requests).toMatchObject({ dryRun: 0, patch: 0 })
    expect(await get('ConfigMap', 'default', 'kinds')).toBeUndefined()
  })

  test('a namespace on its way out: tried again, not refused for good', async () => {
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ending' } }, admin)
    await plane.cluster.delete({ group: '', version: 'v1', kind: 'Namespace', name: 'ending' })
    scene.commit('ending', { 'a.yaml': configMapYaml('a', 'ending', {}) })
    expect((await reconcile('ending')).outcome).toMatchObject({ decision: 'failed', code: 'APPLY_TERMINATING' })
  })
})

describe('rights', () => {
  const RBAC = 'rbac.authorization.k8s.io'
  const bindingTo = (name: string, namespace: string) => `apiVersion: ${RBAC}/v1
kind: RoleBinding
metadata: { name: reader, namespace: ${namespace} }
roleRef: { apiGroup: ${RBAC}, kind: Role, name: ${name} }
subjects: [{ kind: User, name: somebody, apiGroup: ${RBAC} }]
`
  const roleOf = (namespace: string) => `apiVersion: ${RBAC}/v1
kind: Role
metadata: { name: reader, namespace: ${namespace} }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
`
  beforeAll(async () => {
    const all = (apiGroups: string[], resources: string[], verbs = ['*']) => ({ apiGroups, resources, verbs })
    const mine = ['get', 'list', 'watch', 'create', 'patch', 'delete']
    const rules = [
      all([''], ['configmaps', 'namespaces'], mine),
      all([RBAC], ['roles', 'rolebindings'], mine),
      all([''], ['secrets'], ['get', 'list', 'watch']),
    ]
    const name = 'limited'
    await plane.cluster.apply({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules }, admin)
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name }
    const subjects = [{ apiGroup: RBAC, kind: 'User', name }]
    const binding = { apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects }
    await plane.cluster.apply(binding, admin)
  })
  const limited = async (application: string) => {
    const login = await plane.open({ context: 'limited' })
    return reconcileWithReport({ ...scene.ports, cluster: async () => login }, scene.request(application))
  }

  test('that one object lacks: it is named with verb, kind and user, and nothing beside it is applied', async () => {
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'rights' } }, admin)
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: rights }\nstringData: { a: hush-hush }\n'
    scene.commit('rights', { 'a.yaml': configMapYaml('a', 'rights', {}), 's.yaml': secret })
    const report = await limited('rights')
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'APPLY_FORBIDDEN' })
    expect(report.problems).toMatchObject([{ object: 'Secret/s' }])
    expect(report.outcome.remedy).toBe('Grant limited the verb patch on secrets in namespace rights.')
    expect(JSON.stringify(report)).not.toContain('hush-hush')
    expect(await get('ConfigMap', 'rights', 'a')).toBeUndefined()
  })

  test('a binding and its role in one commit, for who may not bind every role: the binding comes after the role', async () => {
    scene.commit('binding', {
      'b.yaml': bindingTo('reader', 'binding'),
      'n.yaml': namespaceYaml('binding'),
      'r.yaml': roleOf('binding'),
    })
    const report = await limited('binding')
    expect(report.outcome).toMatchObject({ code: 'RECONCILED', details: { created: 3 } })
    expect(report.objects.filter(({ reason }) => reason)).toMatchObject([
      { key: { kind: 'RoleBinding' }, reason: 'NOT_REHEARSED' },
    ])
  })

  test('a binding to a role that nobody made is refused, with the words of the server', async () => {
    scene.commit('unbound', { 'b.yaml': bindingTo('missing', 'unbound'), 'n.yaml': namespaceYaml('unbound') })
    const { outcome } = await limited('unbound')
    expect(outcome).toMatchObject({ decision: 'refused', code: 'APPLY_REFUSED' })
    expect(outcome.message).toContain('"missing" not found')
  })
})

describe('an object annotated with lockstep.dev/reconcile: disabled', () => {
  const files = (app: string, value: string, annotations = '') => ({
    'n.yaml': namespaceYaml(app),
    'a.yaml': configMapYaml('a', app, { a: value }).replace('name: a,', `name: a,${annotations}`),
    'b.yaml': configMapYaml('b', app, { a: value }),
  })
  const DISABLED = ' annotations: { lockstep.dev/reconcile: disabled },'
  const key = (app: string) => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: app, name: 'a' })
  const annotate = (app: string, value: string | null) => {
    const annotations = { 'lockstep.dev/reconcile': value }
    return plane.cluster.patch(key(app), { metadata: { annotations } }, { fieldManager: 'somebody' })
  }
  const data = async (app: string) => at(await plane.cluster.get(key(app)), 'data', 'a')
  const skipped = (app: string) => ({ key: key(app), verb: 'skipped', reason: 'RECONCILE_DISABLED' })

  test('in Git: is not made, not changed, not put back', async () => {
    scene.commit('off-git', files('off-git', 'one', DISABLED))
    expect((await reconcile('off-git')).objects).toContainEqual(skipped('off-git'))
    expect(await data('off-git')).toBeUndefined()
    scene.commit('off-git', files('off-git', 'one'))
    await reconcile('off-git')
    scene.commit('off-git', files('off-git', 'two', DISABLED))
    await plane.cluster.patch(key('off-git'), { data: { a: 'theirs' } }, { fieldManager: 'kubectl-edit' })
    const report = await reconcile('off-git')
    expect(report).toMatchObject({ problems: [], drift: [] })
    expect(report.objects).toContainEqual(skipped('off-git'))
    expect(await data('off-git')).toBe('theirs')
    expect((await planTarget(scene.ports, scene.request('off-git'))).objects).toContainEqual(skipped('off-git'))
  })

  test('on the live object: is not changed, not put back, not pruned, until the annotation goes', async () => {
    scene.commit('off-live', files('off-live', 'one'))
    await reconcile('off-live')
    await annotate('off-live', 'disabled')
    await plane.cluster.patch(key('off-live'), { data: { a: 'theirs' } }, { fieldManager: 'kubectl-edit' })
    scene.commit('off-live', files('off-live', 'two'))
    const report = await reconcile('off-live')
    expect(report).toMatchObject({ problems: [], drift: [] })
    expect(report.objects).toContainEqual(skipped('off-live'))
    expect(await data('off-live')).toBe('theirs')
    expect(at(await get('ConfigMap', 'off-live', 'b'), 'data', 'a')).toBe('two')
    const { 'a.yaml': _, ...rest } = files('off-live', 'two')
    scene.commit('off-live', rest)
    const left = { ...skipped('off-live'), reason: 'PRUNE_DISABLED' }
    expect((await reconcile('off-live')).objects).toContainEqual(left)
    expect(await data('off-live')).toBe('theirs')
    await annotate('off-live', null)
    expect((await reconcile('off-live')).outcome.details).toMatchObject({ deleted: 1 })
  })

  test('on an object that is not ours yet: is not taken over', async () => {
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'off-new' } }, admin)
    const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'off-new' } }
    await plane.cluster.create({ ...theirs, data: { a: 'theirs' } }, { fieldManager: 'helm' })
    await annotate('off-new', 'disabled')
    scene.commit('off-new', files('off-new', 'one'))
    expect((await reconcile('off-new')).objects).toContainEqual(skipped('off-new'))
    expect(await data('off-new')).toBe('theirs')
  })
})
