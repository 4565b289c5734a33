import { expect, test } from '@jest/globals'
import { createClusters } from '../../src/assemble/clusters.ts'
import type { ClusterConfig } from '../../src/config/operator-config.ts'

const clusters = createClusters([
  {
    name: 'prod',
    access: { kind: 'kubeconfig', kubeconfig: '/nowhere/kubeconfig' },
    repositories: ['acme/shop', 'acme-eu/*'],
    namespaces: [],
    serviceAccounts: [],
  } satisfies ClusterConfig,
])

test.each([
  [
    'a cluster that is not registered, with the nearest name',
    'pord',
    'acme/shop',
    'CLUSTER_UNKNOWN',
    'Did you mean "prod"?',
  ],
  ['a repository that the operator did not name', 'prod', 'evil/shop', 'CLUSTER_FORBIDDEN', 'evil/shop may not use'],
] as const)('refuses %s', async (_what, name, repository, code, words) => {
  await expect(clusters.open(name, repository)).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
})

test('says which repositories may use a cluster, whatever their capitals', () => {
  expect(clusters.mayUse('prod', 'Acme/Shop')).toBe(true)
  expect(clusters.mayUse('prod', 'acme-eu/anything')).toBe(true)
  expect(clusters.mayUse('prod', 'acme/other')).toBe(false)
  expect(clusters.mayUse('dev', 'acme/shop')).toBe(false)
})

test('tries a kubeconfig again that could not be read before', async () => {
  const first = await clusters.open('prod', 'acme/shop').catch((error: unknown) => error)
  const second = await clusters.open('prod', 'acme/shop').catch((error: unknown) => error)
  expect(first).toMatchObject({ code: expect.stringContaining('KUBECONFIG') })
  expect(second).not.toBe(first)
})
