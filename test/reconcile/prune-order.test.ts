import { expect, test } from '@jest/globals'
import { parseResourceId } from '../../src/model/resource-key.ts'
import { pruneOrder } from '../../src/reconcile/prune/prune-order.ts'

test('what asks others goes first, custom resources before the controllers that let go of them, definitions and namespaces last', () => {
  const ids = [
    '/Namespace//shop',
    'apiextensions.k8s.io/CustomResourceDefinition//widgets.example.dev',
    'apps/Deployment/shop/operator',
    'rbac.authorization.k8s.io/Role/shop/operator',
    'rbac.authorization.k8s.io/ClusterRole//operator',
    'example.dev/Widget/shop/w',
    'gateway.networking.k8s.io/Gateway/shop/g',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration//operator',
    'apiregistration.k8s.io/APIService//v1.metrics.example.dev',
    '/ConfigMap/shop/settings',
    '/Service/shop/operator',
  ]
  expect(pruneOrder(ids, (id) => parseResourceId(id))).toEqual([
    [
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration//operator',
      'apiregistration.k8s.io/APIService//v1.metrics.example.dev',
    ],
    ['example.dev/Widget/shop/w', 'gateway.networking.k8s.io/Gateway/shop/g'],
    ['apps/Deployment/shop/operator', '/Service/shop/operator'],
    ['rbac.authorization.k8s.io/Role/shop/operator', '/ConfigMap/shop/settings'],
    ['rbac.authorization.k8s.io/ClusterRole//operator'],
    ['/Namespace//shop', 'apiextensions.k8s.io/CustomResourceDefinition//widgets.example.dev'],
  ])
})
