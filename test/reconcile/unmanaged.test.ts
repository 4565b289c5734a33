import { expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import { isGenerated } from '../../src/reconcile/drift/observe-unmanaged.ts'

const object = (type: string, kind: string, name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: type,
  kind,
  ...more,
  metadata: { name, namespace: 'shop', ...(more.metadata as JsonObject | undefined) },
})
const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '1' }]

test.each<[string, JsonObject, boolean]>([
  ['what another object made', object('apps/v1', 'ReplicaSet', 'web-1', { metadata: { ownerReferences } }), true],
  ['the root certificates', object('v1', 'ConfigMap', 'kube-root-ca.crt'), true],
  ['the default ServiceAccount', object('v1', 'ServiceAccount', 'default'), true],
  ['the token of a ServiceAccount', object('v1', 'Secret', 't', { type: 'kubernetes.io/service-account-token' }), true],
  ['the addresses of a Service', object('v1', 'Endpoints', 'web'), true],
  [
    'a slice of them',
    object('discovery.k8s.io/v1', 'EndpointSlice', 'web-1', {
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
    }),
    true,
  ],
  ['the lease of a controller', object('coordination.k8s.io/v1', 'Lease', 'leader'), true],
  ['a slice somebody wrote', object('discovery.k8s.io/v1', 'EndpointSlice', 'mine'), false],
  ['a ConfigMap', object('v1', 'ConfigMap', 'default'), false],
  ['a ServiceAccount', object('v1', 'ServiceAccount', 'kube-root-ca.crt'), false],
  ['a Secret', object('v1', 'Secret', 'kube-root-ca.crt', { type: 'Opaque' }), false],
  ['a Deployment', object('apps/v1', 'Deployment', 'web'), false],
])('the cluster itself accounts for %s', (_, live, generated) => {
  expect(isGenerated(live)).toBe(generated)
})
