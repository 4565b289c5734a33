import { describe, expect, test } from '@jest/globals'
import { ClusterError, type ClusterErrorKind, type FieldConflict } from '../../src/model/cluster-error.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { applyLate } from '../../src/reconcile/apply/apply-late.ts'
import { settlementOf } from '../../src/reconcile/apply/conflict-policy.ts'
import { immutableProblem } from '../../src/reconcile/apply/immutable-problem.ts'
import { migration, replicasGivenUp } from '../../src/reconcile/apply/migrated-fields.ts'
import { requiredBy, waitsFor } from '../../src/reconcile/apply/references.ts'
import { isReplaceable, propagationFor } from '../../src/reconcile/apply/replace-policy.ts'
import { isEarlierTool } from '../../src/reconcile/apply/takeover.ts'
import { isPerson } from '../../src/reconcile/fields/people.ts'
import { toLiveRecord } from '../../src/reconcile/live/live-record.ts'
import { manifest } from '../support/manifests.ts'

describe('what becomes of a field that another manager owns', () => {
  const conflict = (field: string, manager: string, subresource?: string): FieldConflict => ({
    field,
    manager,
    ...(subresource && { subresource }),
  })
  const facts = (owned: boolean) => ({
    owned,
    sent: (field: string) => field === '.spec.sent',
    isPerson,
    isEarlierTool: (manager: string) => isEarlierTool(manager),
  })
  test.each<[string, FieldConflict, boolean, string]>([
    ['one we sent, of a controller', conflict('.spec.sent', 'operator'), true, 'drift'],
    ['one we sent, of a person', conflict('.spec.sent', 'kubectl-edit'), true, 'drift'],
    ['a new one, of a person', conflict('.spec.new', 'kubectl-patch'), true, 'drift'],
    ['a new one, of a controller', conflict('.spec.new', 'operator'), true, 'conflict'],
    ['a new one, of a tool that is no person', conflict('.spec.new', 'helm'), true, 'conflict'],
    ['an object of kubectl', conflict('.spec.sent', 'kubectl-client-side-apply'), false, 'takeover'],
    ['an object of Helm', conflict('.spec.new', 'helm'), false, 'takeover'],
    ['an object of a controller', conflict('.spec.sent', 'operator'), false, 'conflict'],
    ['an object of an unknown person', conflict('.spec.new', 'Mozilla'), false, 'conflict'],
    [
      'replicas of an autoscaler that is gone',
      conflict('.spec.replicas', 'kube-controller-manager', 'scale'),
      false,
      'takeover',
    ],
    [
      'replicas of another controller of the same name',
      conflict('.spec.replicas', 'kube-controller-manager'),
      false,
      'conflict',
    ],
    ['another field through scale', conflict('.spec.paused', 'kube-controller-manager', 'scale'), false, 'conflict'],
  ])('%s', (_title, one, owned, expected) => {
    expect(settlementOf(one, facts(owned))).toBe(expected)
  })
})

describe('earlier tools', () => {
  test.each([
    'kubectl',
    'kubectl-client-side-apply',
    'kubectl-create',
    'kubectl-edit',
    'kubectl-patch',
    'kubectl-replace',
    'kubectl-scale',
    'before-first-apply',
    'helm',
    'Helm',
    'kustomize-controller',
    'helm-controller',
    'gotk-kustomize-controller',
    'argocd-controller',
    'argocd-application-controller',
    'kapp',
    'HashiCorp',
    'Terraform',
    'pulumi-kubernetes',
    'pulumi-resource-kubernetes-1',
  ])('%s', (manager) => {
    expect(isEarlierTool(manager)).toBe(true)
  })

  test.each([
    'lockstep',
    'kubectl-rollout',
    'kubectlish',
    'kube-controller-manager',
    'kubelet',
    'helmet',
    'argocd-image-updater',
    'k3s',
    'operator',
    '',
  ])('not %j', (manager) => {
    expect(isEarlierTool(manager)).toBe(false)
  })

  test('and those the configuration adds, by name or beginning', () => {
    const more = ['deployer', 'ci-*']
    expect(['deployer', 'ci-1', 'ci-'].every((manager) => isEarlierTool(manager, more))).toBe(true)
    expect(['deployers', 'c', 'mci-1'].some((manager) => isEarlierTool(manager, more))).toBe(false)
  })
})

describe('a migration', () => {
  const desired: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 } }
  const entry = (manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject => ({
    manager,
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  })
  const object = (managedFields: readonly JsonObject[], annotations: JsonObject = {}): JsonObject => ({
    ...desired,
    metadata: { name: 'web', resourceVersion: '7', annotations, managedFields },
  })
  const SPEC = { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } }
  const isEarlier = (manager: string) => isEarlierTool(manager)
  const fieldsOf = (live: JsonObject, wanted = desired) =>
    migration(live, wanted, isEarlier)?.managedFields.map(({ manager, subresource, fieldsV1 }) => ({
      manager: subresource ? `${manager}/${subresource}` : manager,
      fieldsV1,
    }))

  test('is not needed where no earlier tool was', () => {
    expect(migration(object([entry('operator', SPEC)]), desired, isEarlier)).toBeUndefined()
    expect(migration(object([entry('kubectl', SPEC, { subresource: 'scale' })]), desired, isEarlier)).toBeUndefined()
  })

  test('puts the fields of all tools into our apply, bound to the version it was made of', () => {
    const live = object([
      entry('kubectl-create', { 'f:spec': { 'f:paused': {} } }),
      entry('helm', { 'f:spec': { 'f:replicas': {} } }, { operation: 'Apply' }),
      entry('operator', { 'f:spec': { 'f:x': {} } }),
    ])
    expect(migration(live, desired, isEarlier)).toMatchObject({ resourceVersion: '7' })
    expect(fieldsOf(live)).toEqual([
      { manager: 'lockstep', fieldsV1: { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } } },
      { manager: 'operator', fieldsV1: { 'f:spec': { 'f:x': {} } } },
    ])
  })

  test('leaves alone what came through a subresource, status, finalizers and owners', () => {
    const live = object([
      entry('kubectl', SPEC, { subresource: 'scale' }),
      entry('kubectl-replace', {
        ...SPEC,
        'f:status': { 'f:replicas': {} },
        'f:metadata': { 'f:finalizers': {}, 'f:ownerReferences': {}, 'f:labels': { 'f:a': {} } },
      }),
    ])
    expect(fieldsOf(live)).toEqual([
      { manager: 'lockstep', fieldsV1: { ...SPEC, 'f:metadata': { 'f:labels': { 'f:a': {} } } } },
      { manager: 'kubectl/scale', fieldsV1: SPEC },
    ])
  })

  test('gives up replicas that Git leaves open, instead of letting them fall to 1', () => {
    const open = { ...desired, spec: {} }
    expect(fieldsOf(object([entry('kubectl', SPEC)]), open)).toEqual([
      { manager: 'lockstep', fieldsV1: { 'f:spec': { 'f:paused': {} } } },
    ])
  })

  test('takes one version’s fields, Git’s first, else the newest; everybody’s are only given up', () => {
    const old = { apiVersion: 'apps/v1beta1' }
    const older = { apiVersion: 'apps/v1alpha1', time: '2020-01-01T00:00:00Z' }
    const [mine, theirs] = [{ 'f:spec': { 'f:mine': {} } }, { 'f:spec': { 'f:theirs': {} } }]
    const both = object([entry('helm', theirs, old), entry('kubectl', mine)])
    expect(fieldsOf(both)).toEqual([{ manager: 'lockstep', fieldsV1: mine }])
    const none = migration(object([entry('helm', theirs, older), entry('kubectl', mine, old)]), desired, isEarlier)
    expect(none?.managedFields).toMatchObject([{ ...old, fieldsV1: mine }])
    expect(fieldsOf(object([entry('before-first-apply', theirs), entry('kubectl', mine)]))).toEqual([
      { manager: 'lockstep', fieldsV1: mine },
    ])
  })

  test('gives an object without owners its first, so that the server makes up none', () => {
    const [first, ...rest] = migration(object([]), desired, isEarlier)?.managedFields ?? []
    expect(first).toMatchObject({ manager: 'lockstep', operation: 'Apply', apiVersion: 'apps/v1' })
    expect(rest).toEqual([])
  })

  test('takes out the note that kubectl leaves, though nobody owns it', () => {
    const noted = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
    const claim = migration(object([entry('operator', SPEC)], noted), desired, isEarlier)
    expect(claim?.annotations).toEqual({ 'kubectl.kubernetes.io/last-applied-configuration': null })
    expect(claim?.managedFields).toEqual([entry('operator', SPEC)])
  })

  test('of replicas alone gives up our share and keeps the rest', () => {
    const ours = entry('lockstep', SPEC, { operation: 'Apply' })
    expect(replicasGivenUp(object([ours, entry('operator', SPEC)]))?.managedFields).toEqual([
      { ...ours, fieldsV1: { 'f:spec': { 'f:paused': {} } } },
      entry('operator', SPEC),
    ])
    expect(replicasGivenUp(object([entry('operator', SPEC)]))).toBeUndefined()
  })
})

describe('replacing', () => {
  const job = manifest({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', annotations: { 'lockstep.dev/replace': 'allowed' } },
  })
  const live = toLiveRecord({
    ...job.body,
    metadata: { name: 'j', uid: 'u', managedFields: [{ manager: 'lockstep', operation: 'Apply', fieldsV1: {} }] },
  })
  const cause = (immutable: boolean) => ({ field: 'spec', reason: 'FieldValueInvalid', message: '', immutable })
  const refusal = { kind: 'immutable', causes: [cause(true), cause(true)] } as const
  const key = (group: string, kind: string) => ({ group, version: 'v1', kind, name: 'x' })

  test('takes the annotation, an object of ours, and nothing but fixed fields', () => {
    const { key, body } = job
    expect(isReplaceable(key, body, live, refusal)).toBe(true)
    expect(isReplaceable(key, { ...body, metadata: { name: 'j' } }, live, refusal)).toBe(false)
    expect(isReplaceable(key, body, undefined, refusal)).toBe(false)
    expect(isReplaceable(key, body, { ...live, applied: false }, refusal)).toBe(false)
    expect(isReplaceable(key, body, { ...live, prune: 'disabled' }, refusal)).toBe(false)
    expect(isReplaceable(key, body, live, { ...refusal, causes: [cause(true), cause(false)] })).toBe(false)
    expect(isReplaceable(key, body, live, { ...refusal, causes: [] })).toBe(false)
    expect(isReplaceable(key, body, live, { ...refusal, kind: 'invalid' })).toBe(false)
  })

  test.each([
    ['', 'Namespace'],
    ['', 'PersistentVolume'],
    ['', 'PersistentVolumeClaim'],
    ['apiextensions.k8s.io', 'CustomResourceDefinition'],
  ])('never takes %s/%s', (group, kind) => {
    expect(isReplaceable(key(group, kind), job.body, live, refusal)).toBe(false)
    expect(immutableProblem({ causes: [], message: 'm' }, key(group, kind), String).remedy).toContain('never deleted')
  })

  test('waits for Pods with fixed names and places, and for no others', () => {
    expect(
      [key('apps', 'StatefulSet'), key('apps', 'DaemonSet'), key('apps', 'Deployment'), job.key].map(propagationFor),
    ).toEqual(['Foreground', 'Foreground', 'Background', 'Background'])
  })

  test('a refusal is told by field and reason, without the values that the server repeats', () => {
    const causes = [
      {
        field: 'spec.template',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: {"a":"b: c","d":null}: field is immutable',
      },
      {
        field: 'spec',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: spec is immutable after creation\n@@ -1 +1 @@\n- secret',
      },
      {
        field: 'provisioner',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: updates to provisioner are forbidden.',
      },
      { field: 'data', reason: 'FieldValueForbidden', message: '' },
    ]
    expect(immutableProblem({ causes, message: '' }, job.key, String).message).toBe(
      'Job/j cannot be changed like that: spec.template: field is immutable; spec: spec is immutable after creation; ' +
        'provisioner: updates to provisioner are forbidden; data: FieldValueForbidden.',
    )
  })
})

describe('an object that needs one just made', () => {
  const refusal = (kind: ClusterErrorKind) => new ClusterError({ kind, message: '', status: 0, reason: '' })
  const waiting = () => {
    let now = 0
    const clock = {
      now: () => new Date(now),
      sleep: async (milliseconds: number) => {
        now += milliseconds
      },
    }
    return { ports: { clock }, signal: new AbortController().signal }
  }
  const attempts = async (answers: (tries: number) => ClusterErrorKind | undefined) => {
    let tries = 0
    const applied = applyLate(waiting(), async () => {
      const kind = answers(++tries)
      if (kind) throw refusal(kind)
      return { kind: 'Pod' }
    })
    const end = await applied.then(() => 'applied').catch((error: ClusterError) => error.kind)
    return { tries, end }
  }

  test('is applied as soon as the server knows of that one', async () => {
    expect(await attempts((tries) => (tries < 3 ? 'denied' : undefined))).toEqual({ tries: 3, end: 'applied' })
    expect(await attempts((tries) => (tries < 2 ? 'not-found' : undefined))).toEqual({ tries: 2, end: 'applied' })
  })

  test('is refused in the end, and at once for another reason', async () => {
    const { tries, end } = await attempts(() => 'not-found')
    expect(end).toBe('not-found')
    expect(tries).toBeGreaterThan(50)
    expect(tries).toBeLessThan(70)
    expect(await attempts(() => 'forbidden')).toEqual({ tries: 1, end: 'forbidden' })
  })
})

describe('what the server wants to be there first', () => {
  const rbac = 'rbac.authorization.k8s.io'
  const binding = (kind: string, role: string): JsonObject => ({
    apiVersion: `${rbac}/v1`,
    kind,
    metadata: { name: 'b', ...(kind === 'RoleBinding' && { namespace: 'shop' }) },
    roleRef: { apiGroup: rbac, kind: role, name: 'r' },
  })
  const pod = (spec: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'shop' },
    spec,
  })
  test.each<[JsonObject, readonly string[]]>([
    [binding('RoleBinding', 'Role'), [`${rbac}/Role/shop/r`]],
    [binding('RoleBinding', 'ClusterRole'), [`${rbac}/ClusterRole//r`]],
    [binding('ClusterRoleBinding', 'ClusterRole'), [`${rbac}/ClusterRole//r`]],
    [
      pod({ serviceAccountName: 's', priorityClassName: 'p', runtimeClassName: 'c' }),
      ['/ServiceAccount/shop/s', 'scheduling.k8s.io/PriorityClass//p', 'node.k8s.io/RuntimeClass//c'],
    ],
    [pod({}), []],
    [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'shop' }, spec: {} }, []],
  ])('%j', (body, ids) => {
    expect(requiredBy(manifest(body))).toEqual(ids)
  })

  const refusal = (kind: ClusterErrorKind, message: string) =>
    new ClusterError({ kind, message, status: 0, reason: '' })
  const missing = refusal('not-found', `roles.${rbac} "r" not found`)
  test.each<[string, boolean, Error, readonly string[]]>([
    ['this plan makes it', true, missing, [`${rbac}/Role/shop/r`]],
    ['nobody makes it', false, missing, [`${rbac}/Role/shop/other`]],
    ['something else is missing', false, refusal('not-found', 'namespaces "shop" not found'), [`${rbac}/Role/shop/r`]],
    ['a right is missing', false, refusal('forbidden', 'User "u" cannot patch "r"'), [`${rbac}/Role/shop/r`]],
    ['the server is away', false, new Error('r'), [`${rbac}/Role/shop/r`]],
  ])('a refusal is waited out where %s: %s', (_title, expected, error, made) => {
    expect(waitsFor(error, manifest(binding('RoleBinding', 'Role')), new Set(made))).toBe(expected)
  })
})
