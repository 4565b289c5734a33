import { expect, test } from '@jest/globals'
import { parseManifests } from '../../src/model/parse-manifests.ts'
import { refusals } from '../../src/reconcile/desired/admission.ts'

const inNamespace = (namespace: string) =>
  parseManifests(`apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flags\n  namespace: ${namespace}\n`)

const codes = (namespace: string, environment: readonly string[], operator: readonly string[]) =>
  refusals(inNamespace(namespace), {
    namespaces: environment,
    clusterNamespaces: operator,
    scope: () => 'namespaced',
  }).map(({ code, message }) => ({ code, operator: message.includes('operator') }))

test.each([
  ['both allow it', 'shop', ['shop'], ['shop'], []],
  ['neither says anything', 'shop', [], [], []],
  ['the operator allows a beginning', 'shop-eu', [], ['shop-*'], []],
  ['only the environment allows it', 'shop', ['shop'], ['other'], [{ code: 'NAMESPACE_FORBIDDEN', operator: true }]],
  ['only the operator allows it', 'shop', ['other'], ['shop'], [{ code: 'NAMESPACE_FORBIDDEN', operator: false }]],
] as const)('a namespace has to be allowed by the environment and by the operator: %s', (_case, name, environment, operator, expected) => {
  expect(codes(name, environment, operator)).toEqual(expected)
})
