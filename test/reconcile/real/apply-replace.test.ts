import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Cluster, LiveObject } from '../../../src/model/cluster.ts'
import { ClusterError } from '../../../src/model/cluster-error.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcileReport } from '../../../src/reconcile/report/report.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev' })
}, KUSTOMIZE_SETUP_MS)

const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))
const refused = ({ problems }: Pick<ReconcileReport, 'problems'>) =>
  problems.filter(({ code }) => !code.startsWith('OBJECT_'))

const POD = '{ metadata: { labels: { a: b } }, spec: { containers: [{ name: c, image: "i:1" }] } }'
const OTHER_POD = POD.replace('{ a: b }', '{ a: b, c: d }')
const JOB_POD = '{ spec: { restartPolicy: Never, containers: [{ name: c, image: "i:1" }] } }'
const CLAIM = 'accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } }'
const DISK = (name: string) => `- { metadata: { name: ${name} }, spec: { ${CLAIM} } }`
const ROLE_REF = 'roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }'

/** Type, cluster-wide or not, spec before and after, and the field that the server names. */
const CASES: [string, string, string, string, string][] = [
  [
    'apps/v1 Deployment',
    'ns',
    `spec: { selector: { matchLabels: { a: b } }, template: ${POD} }`,
    `spec: { selector: { matchLabels: { a: b, c: d } }, template: ${OTHER_POD} }`,
    'spec.selector: field is immutable',
  ],
  [
    'batch/v1 Job',
    'ns',
    `spec: { template: ${JOB_POD} }`,
    `spec: { template: ${JOB_POD.replace('i:1', 'i:2')} }`,
    'spec.template: field is immutable',
  ],
  [
    'v1 Service',
    'ns',
    'spec: { type: NodePort, clusterIP: 10.96.7.7, ports: [{ port: 80, nodePort: 30777 }] }',
    'spec: { type: NodePort, clusterIP: 10.96.7.8, ports: [{ port: 80, nodePort: 30777 }] }',
    'spec.clusterIPs[0]: may not change once set',
  ],
  [
    'apps/v1 StatefulSet',
    'ns',
    `spec: { serviceName: s, selector: { matchLabels: { a: b } }, template: ${POD} }`,
    `spec:\n  serviceName: s\n  selector: { matchLabels: { a: b } }\n  template: ${POD}\n  volumeClaimTemplates:\n    ${DISK('d')}`,
    'spec: updates to statefulset spec for fields other than',
  ],
  [
    'v1 ConfigMap',
    'ns',
    'immutable: true\ndata: { a: b }',
    'immutable: true\ndata: { a: c }',
    'data: field is immutable',
  ],
  [
    'v1 Secret',
    'ns',
    'immutable: true\nstringData: { a: b }',
    'immutable: true\nstringData: { a: c }',
    'data: FieldValueForbidden',
  ],
  [
    'rbac.authorization.k8s.io/v1 RoleBinding',
    'ns',
    ROLE_REF,
    ROLE_REF.replace('view', 'edit'),
    'roleRef: cannot change roleRef',
  ],
  [
    'storage.k8s.io/v1 StorageClass',
    '',
    'provisioner: example.com/p',
    'provisioner: example.com/q',
    'provisioner: updates to provisioner are forbidden',
  ],
]

function objectYaml(type: string, namespace: string, spec: string, annotations = ''): string {
  const [version, kind] = type.split(' ')
  const place = namespace ? `, namespace: ${namespace}` : ''
  return `apiVersion: ${version}\nkind: ${kind}\nmetadata: { name: x-${kind?.toLowerCase()}${place}${annotations} }\n${spec}\n`
}

function keyOf(type: string, namespace: string): ResourceKey {
  const [apiVersion = '', kind = ''] = type.split(' ')
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const name = `x-${kind.toLowerCase()}`
  return { group: group ?? '', version: version ?? '', kind, ...(namespace && { namespace }), name }
}

const ALLOWED = ', annotations: { lockstep.dev/replace: allowed }'
const uid = (object: LiveObject | undefined) => at(object, 'metadata', 'uid')

/** The garbage collector does not run here: what it would do about a foreground deletion. */
async function collectsGarbage(key: ResourceKey): Promise<void> {
  const deleting = () => plane.cluster.get(key).then((live) => at(live, 'metadata', 'deletionTimestamp') !== undefined)
  await eventually(deleting)
  await plane.cluster.patch(key, { metadata: { finalizers: null } }, { fieldManager: 'collector' })
}

describe('a field that is fixed for life', () => {
  test.each(
    CASES,
  )('of a %s: refused with the reason, replaced where Git allows', async (type, ns, before, after, why) => {
    const app = type.split(' ')[1]?.toLowerCase() ?? ''
    const namespace = ns && app
    const key = keyOf(type, namespace)
    const n: Record<string, string> = namespace ? { 'n.yaml': namespaceYaml(namespace) } : {}
    scene.commit(app, { ...n, 'x.yaml': objectYaml(type, namespace, before) })
    expect(refused(await reconcile(app))).toEqual([])
    const first = await plane.cluster.get(key)
    scene.commit(app, { ...n, 'x.yaml': objectYaml(type, namespace, after) })
    const report = await reconcile(app)
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'APPLY_IMMUTABLE' })
    expect(refused(report)[0]?.message).toContain(`${key.kind}/${key.name} cannot be changed like that: ${why}`)
    expect(refused(report)[0]?.remedy).toContain('lockstep.dev/replace: allowed')
    expect(uid(await plane.cluster.get(key))).toBe(uid(first))
    scene.commit(app, { ...n, 'x.yaml': objectYaml(type, namespace, after, ALLOWED) })
    const passed = reconcile(app)
    if (key.kind === 'StatefulSet') await collectsGarbage(key)
    const second = await passed
    expect(refused(second)).toEqual([])
    expect(second.objects).toContainEqual({ key, verb: 'configured', reason: 'REPLACED' })
    expect(uid(await plane.cluster.get(key))).not.toBe(uid(first))
    expect((await reconcile(app)).requests).toMatchObject({ patch: 0, dryRun: 0, delete: 0 })
  })

  const never: [string, string, string, string, string][] = [
    ['v1 PersistentVolumeClaim', 'ns', `spec: { ${CLAIM} }`, `spec: { ${CLAIM}, volumeMode: Block }`, ''],
    [
      'v1 PersistentVolume',
      '',
      'spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /a } }',
      'spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /b } }',
      '',
    ],
  ]
  test.each(never)('of a %s: never replaced, whatever Git allows', async (type, ns, before, after) => {
    const app = `never-${type.length}`
    const namespace = ns && app
    const n: Record<string, string> = namespace ? { 'n.yaml': namespaceYaml(namespace) } : {}
    scene.commit(app, { ...n, 'x.yaml': objectYaml(type, namespace, before, ALLOWED) })
    await reconcile(app)
    const first = await plane.cluster.get(keyOf(type, namespace))
    scene.commit(app, { ...n, 'x.yaml': objectYaml(type, namespace, after, ALLOWED) })
    const report = await reconcile(app)
    expect(refused(report)).toMatchObject([{ code: 'APPLY_IMMUTABLE' }])
    expect(refused(report)[0]?.remedy).toContain('never deleted')
    expect(await plane.cluster.get(keyOf(type, namespace))).toEqual(first)
  })
})

describe('nothing is replaced', () => {
  const job = (namespace: string, image: string, more = '') =>
    objectYaml('batch/v1 Job', namespace, `spec: { template: ${JOB_POD.replace('i:1', image)}${more} }`, ALLOWED)
  const jobKey = (namespace: string) => keyOf('batch/v1 Job', namespace)
  const standing = async (app: string) => {
    scene.commit(app, { 'n.yaml': namespaceYaml(app), 'x.yaml': job(app, 'i:1') })
    await reconcile(app)
    return uid(await plane.cluster.get(jobKey(app)))
  }

  test('where the refusal has another cause besides', async () => {
    const before = await standing('mixed')
    scene.commit('mixed', { 'n.yaml': namespaceYaml('mixed'), 'x.yaml': job('mixed', 'i:2', ', parallelism: -1') })
    expect(refused(await reconcile('mixed'))).toMatchObject([{ code: 'APPLY_IMMUTABLE' }])
    expect(uid(await plane.cluster.get(jobKey('mixed')))).toBe(before)
  })

  test('while another object of the plan is refused', async () => {
    const before = await standing('other')
    const bad = configMapYaml('a', 'other', {}).replace('data: {}', 'nonsense: 1')
    scene.commit('other', { 'n.yaml': namespaceYaml('other'), 'x.yaml': job('other', 'i:2'), 'bad.yaml': bad })
    expect(refused(await reconcile('other'))).toMatchObject([{ code: 'APPLY_REFUSED', object: 'ConfigMap/a' }])
    expect(uid(await plane.cluster.get(jobKey('other')))).toBe(before)
  })

  test('that is kept from pruning, or whose volumes would go along', async () => {
    const before = await standing('kept')
    const annotations = { 'lockstep.dev/prune': 'disabled' }
    await plane.cluster.patch(jobKey('kept'), { metadata: { annotations } }, { fieldManager: 'somebody' })
    scene.commit('kept', { 'n.yaml': namespaceYaml('kept'), 'x.yaml': job('kept', 'i:2') })
    expect(refused(await reconcile('kept'))).toMatchObject([{ code: 'APPLY_IMMUTABLE' }])
    expect(uid(await plane.cluster.get(jobKey('kept')))).toBe(before)
    const set = (name: string, policy: string) =>
      `spec: { serviceName: ${name}, selector: { matchLabels: { a: b } }, template: ${POD}${policy} }`
    const loses = ', persistentVolumeClaimRetentionPolicy: { whenDeleted: Delete, whenScaled: Retain }'
    const key = keyOf('apps/v1 StatefulSet', 'kept')
    const commit = (name: string, policy: string) =>
      scene.commit('kept', {
        'n.yaml': namespaceYaml('kept'),
        'x.yaml': job('kept', 'i:1'),
        's.yaml': objectYaml('apps/v1 StatefulSet', 'kept', set(name, policy), ALLOWED),
      })
    commit('one', loses)
    await reconcile('kept')
    const first = uid(await plane.cluster.get(key))
    commit('two', '')
    expect(refused(await reconcile('kept'))).toMatchObject([
      { code: 'APPLY_IMMUTABLE', object: 'StatefulSet/x-statefulset' },
    ])
    expect(uid(await plane.cluster.get(key))).toBe(first)
  })

  test('that would be refused when made anew', async () => {
    const before = await standing('anew')
    const words = { status: 403, reason: '', message: 'admission webhook "w" denied the request: full' }
    const full = instead('create', () => Promise.reject(new ClusterError({ kind: 'denied', ...words })))
    scene.commit('anew', { 'n.yaml': namespaceYaml('anew'), 'x.yaml': job('anew', 'i:2') })
    const report = await reconcileWithReport({ ...scene.ports, cluster: async () => full }, scene.request('anew'))
    expect(refused(report)).toMatchObject([{ code: 'ADMISSION_DENIED' }])
    expect(uid(await plane.cluster.get(jobKey('anew')))).toBe(before)
  })
})

/** The cluster with another implementation of one call. */
function instead<Name extends keyof Cluster>(name: Name, member: Cluster[Name]): Cluster {
  return new Proxy(plane.cluster, {
    get(target, wanted) {
      const value: unknown = wanted === name ? member : Reflect.get(target, wanted, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('a replacement that does not come to its end', () => {
  const map = (app: string, value: string) =>
    objectYaml('v1 ConfigMap', app, `immutable: true\ndata: { a: ${value} }`, ALLOWED)
  const key = (app: string) => keyOf('v1 ConfigMap', app)
  const files = (app: string, value: string) => ({ 'n.yaml': namespaceYaml(app), 'x.yaml': map(app, value) })

  test('names the finalizers it waits for, and ends by itself in a later pass', async () => {
    scene.commit('stuck', files('stuck', 'b'))
    await reconcile('stuck')
    const finalizers = ['example.com/slow']
    await plane.cluster.patch(key('stuck'), { metadata: { finalizers } }, { fieldManager: 'holder' })
    scene.commit('stuck', files('stuck', 'c'))
    let hurried = 0
    const clock = { ...scene.ports.clock, now: () => new Date(Date.now() + 30_000 * hurried++) }
    const report = await reconcileWithReport({ ...scene.ports, clock }, scene.request('stuck'))
    expect(refused(report)).toMatchObject([{ code: 'REPLACE_WAITS', object: 'ConfigMap/x-configmap' }])
    expect(refused(report)[0]?.message).toContain('example.com/slow')
    expect((await reconcile('stuck')).outcome).toMatchObject({ decision: 'failed', code: 'REPLACE_WAITS' })
    await plane.cluster.patch(key('stuck'), { metadata: { finalizers: null } }, { fieldManager: 'holder' })
    expect(refused(await reconcile('stuck'))).toEqual([])
    expect(at(await plane.cluster.get(key('stuck')), 'data')).toEqual({ a: 'c' })
  })

  test.each([
    'c',
    'b',
  ])('is made again after a crash in between, though drift is only reported and Git may have gone back (%s)', async (value) => {
    const app = `crash-${value}`
    const careful = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev', policy: 'report' })
    const pass = () => reconcileWithReport(careful.ports, careful.request(app))
    careful.commit(app, files(app, 'b'))
    await pass()
    careful.commit(app, files(app, 'c'))
    const dying = instead('delete', async (...parameters) => {
      await plane.cluster.delete(...parameters)
      throw new Error('the process ends here')
    })
    const ports = { ...careful.ports, cluster: async () => dying }
    await expect(reconcileWithReport(ports, careful.request(app))).rejects.toThrow('the process ends here')
    expect(await plane.cluster.get(key(app))).toBeUndefined()
    careful.commit(app, files(app, value))
    expect(refused(await pass())).toEqual([])
    expect(at(await plane.cluster.get(key(app)), 'data')).toEqual({ a: value })
  })

  test('somebody else who makes the object in between keeps it', async () => {
    scene.commit('raced', files('raced', 'b'))
    await reconcile('raced')
    scene.commit('raced', files('raced', 'c'))
    const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x-configmap', namespace: 'raced' } }
    const raced = instead('delete', async (...parameters) => {
      const answer = await plane.cluster.delete(...parameters)
      await plane.cluster.create({ ...theirs, data: { a: 'theirs' } }, { fieldManager: 'operator-x' })
      return answer
    })
    const report = await reconcileWithReport({ ...scene.ports, cluster: async () => raced }, scene.request('raced'))
    expect(refused(report)).toMatchObject([{ code: 'FIELD_CONFLICT' }])
    expect(at(await plane.cluster.get(key('raced')), 'data')).toEqual({ a: 'theirs' })
  })
})
