import { describe, expect, test } from '@jest/globals'
import type { KindsConfig } from '../../src/config/repository-config.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import { definedScopes, refusals } from '../../src/reconcile/desired/admission.ts'
import { INVENTORY_LABEL } from '../../src/reconcile/labels.ts'
import { customResourceDefinition } from '../support/kubernetes-objects.ts'
import { configMap, deployment, manifest, secret } from '../support/manifests.ts'

const scope = ({ kind }: { kind: string }) =>
  kind === 'Nonsense' ? undefined : ['Namespace', 'ClusterRole'].includes(kind) ? 'cluster' : ('namespaced' as const)
const codes = (manifests: readonly Manifest[], namespaces: readonly string[] = []) =>
  refusals(manifests, { namespaces, scope }).map(({ code }) => code)

const OURS = ['OBJECT_OF_LOCKSTEP']
const inShop = (name: string) => configMap(name, {}, { namespace: 'shop' })
const namespace = (name: string) => manifest({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const role = manifest({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } })
const withNamespace = (one: Manifest) => ({ key: { ...one.key, namespace: 'shop' }, body: one.body })

describe('a render', () => {
  test.each<[string, readonly Manifest[], readonly string[], readonly string[]]>([
    ['with what may be applied', [deployment('web'), inShop('a')], [], []],
    ['without objects', [], [], ['RENDER_EMPTY']],
    ['with an object twice', [inShop('a'), inShop('a')], [], ['OBJECT_DUPLICATE']],
    ['with an object that has no namespace', [configMap('a', {})], [], ['NAMESPACE_MISSING']],
    [
      'of a kind nobody knows',
      [manifest({ apiVersion: 'x/v1', kind: 'Nonsense', metadata: { name: 'n' } })],
      [],
      ['KIND_UNKNOWN'],
    ],
    ['without a name', [{ key: { ...inShop('').key, name: '' }, body: {} }], [], ['OBJECT_WITHOUT_NAME']],
    ['in an allowed namespace', [inShop('a')], ['shop'], []],
    ['in a namespace allowed by its beginning', [inShop('a')], ['sh*'], []],
    ['in another namespace', [inShop('a')], ['shopping', 'pay-*'], ['NAMESPACE_FORBIDDEN']],
    ['with an allowed Namespace', [namespace('shop')], ['shop'], []],
    ['with another Namespace', [namespace('kube-system')], ['shop'], ['NAMESPACE_FORBIDDEN']],
    ['with a cluster-wide object where namespaces are named', [role], ['shop'], ['KIND_FORBIDDEN']],
    ['with a cluster-wide object where none are', [role], [], []],
    [
      'with SOPS metadata',
      [withNamespace(manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, sops: { mac: 'x' } }))],
      [],
      ['SECRET_ENCRYPTED'],
    ],
    [
      'with SOPS ciphertext',
      [withNamespace(secret('s', { stringData: { a: 'ENC[AES256_GCM,data:x]' } }))],
      [],
      ['SECRET_ENCRYPTED'],
    ],
    [
      'with SOPS ciphertext in data',
      [withNamespace(secret('s', { data: { a: 'RU5DW0FFUzI1Nl9HQ00sZGF0YTp4XQ==' } }))],
      [],
      ['SECRET_ENCRYPTED'],
    ],
    [
      'with several faults',
      [configMap('a', {}), inShop('b'), inShop('b')],
      [],
      ['OBJECT_DUPLICATE', 'NAMESPACE_MISSING'],
    ],
  ])('%s', (_title, manifests, namespaces, expected) => {
    expect(codes(manifests, namespaces)).toEqual(expected)
  })

  const hpa = manifest({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h', namespace: 'shop' },
  })
  const everything = [inShop('a'), deployment('web'), hpa, namespace('shop'), role]
  const refusedKinds = (kinds: KindsConfig, namespaces: readonly string[]) =>
    refusals(everything, { namespaces, kinds, scope }).map(({ object }) => object?.split('/')[0])

  test.each<[KindsConfig, readonly string[], readonly string[]]>([
    [{ deny: ['ConfigMap'] }, [], ['ConfigMap']],
    [{ deny: ['Deployment'] }, [], []],
    [{ deny: ['Deployment.apps', '*.autoscaling'] }, [], ['Deployment', 'HorizontalPodAutoscaler']],
    [{ deny: ['*'] }, [], ['ConfigMap', 'Deployment', 'HorizontalPodAutoscaler']],
    [{ allow: ['Deployment.apps'] }, [], ['ConfigMap', 'HorizontalPodAutoscaler', 'Namespace', 'ClusterRole']],
    [{ allow: ['Deployment.apps'] }, ['shop'], ['ConfigMap', 'HorizontalPodAutoscaler', 'ClusterRole']],
    [{ allow: ['*'] }, ['shop'], ['ClusterRole']],
    [{ allow: ['*'] }, [], ['Namespace', 'ClusterRole']],
    [{ allow: ['*', 'ClusterRole.rbac.authorization.k8s.io'] }, ['shop'], []],
    [{ allow: ['*', '*.rbac.authorization.k8s.io'], deny: ['Namespace'] }, ['shop'], ['Namespace']],
  ])('under the kinds %j in namespaces %j has %j refused', (kinds, namespaces, expected) => {
    expect(refusedKinds(kinds, namespaces)).toEqual(expected)
  })

  test('says of a refused kind how it is spelled', () => {
    const [problem] = refusals([role], { namespaces: ['shop'], scope })
    expect(problem).toMatchObject({ code: 'KIND_FORBIDDEN', object: 'ClusterRole/r' })
    expect(problem?.message).toContain('ClusterRole.rbac.authorization.k8s.io')
  })

  const kept = (name: string, labels: JsonObject = {}) => configMap(name, {}, { namespace: 'lockstep-system', labels })
  test.each<[string, Manifest, readonly string[]]>([
    ['an inventory by its label', configMap('x', {}, { namespace: 'shop', labels: { [INVENTORY_LABEL]: 'x' } }), OURS],
    ['an inventory by its name', kept('lockstep-0123456789abcdef'), OURS],
    ['a part of one', kept('lockstep-0123456789abcdef-3-1'), OURS],
    [
      'who holds the cluster',
      manifest({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'lockstep-worker-dev', namespace: 'lockstep-system' },
      }),
      OURS,
    ],
    ["Lockstep's own configuration", kept('lockstep-config'), []],
    ['an object of that name elsewhere', configMap('lockstep-0123456789abcdef', {}, { namespace: 'shop' }), []],
  ])('with %s', (_title, one, expected) => {
    const found = refusals([one], { namespaces: [], inventoryNamespace: 'lockstep-system', scope })
    expect(found.map(({ code }) => code)).toEqual(expected)
  })

  test('may define kinds that the cluster does not have yet', () => {
    const definitions = [customResourceDefinition('Widget'), customResourceDefinition('Planet', 'Cluster')].map(
      manifest,
    )
    expect([...definedScopes(definitions)]).toEqual([
      ['example.dev/Widget', 'namespaced'],
      ['example.dev/Planet', 'cluster'],
    ])
  })
})
