import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Clusters, createClusters } from '../../src/assemble/clusters.ts'
import type { Cluster } from '../../src/model/cluster.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { at, configMap } from '../support/kubernetes-objects.ts'

const plane = useControlPlane({ users: ['worker'] })
const lockstep = { fieldManager: 'lockstep' }
const inventory = 'lockstep-0123456789abcdef'
let clusters: Clusters
/** For targets whose objects are written in the name of shop/deployer. */
let cluster: Cluster

const rbac = (kind: string, metadata: JsonObject, rest: JsonObject): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata,
  ...rest,
})
const rule = (resources: string[], verbs: string[], more: JsonObject = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
})
const everything = ['get', 'create', 'patch', 'delete']

/** A Role in a namespace, and who has it. */
function granting(namespace: string, name: string, rules: JsonObject[], subject: JsonObject): JsonObject[] {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }
  const metadata = { name, namespace }
  return [rbac('Role', metadata, { rules }), rbac('RoleBinding', metadata, { roleRef, subjects: [subject] })]
}

beforeAll(async () => {
  const worker = { kind: 'User', name: 'worker', apiGroup: 'rbac.authorization.k8s.io' }
  const deployer = { kind: 'ServiceAccount', name: 'deployer', namespace: 'shop' }
  const namespaces = ['shop', 'bank', 'lockstep-system'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }))
  const given = [
    ...namespaces,
    ...granting(
      'shop',
      'impersonate',
      [rule(['serviceaccounts'], ['impersonate'], { resourceNames: ['deployer'] })],
      worker,
    ),
    ...granting('lockstep-system', 'inventory', [rule(['configmaps'], everything)], worker),
    ...granting('shop', 'deploy', [rule(['configmaps'], everything)], deployer),
  ]
  for (const body of given) await plane.cluster.apply(body as JsonObject, lockstep)
  clusters = createClusters([
    {
      name: 'prod',
      access: { kind: 'kubeconfig', kubeconfig: plane.local.kubeconfig, context: plane.local.as('worker') as string },
      repositories: ['acme/*'],
      namespaces: [],
      serviceAccounts: [
        { environment: 'prod', serviceAccount: 'shop/deployer' },
        { environment: 'forged', serviceAccount: 'shop/somebody-else' },
      ],
    },
  ])
  cluster = await clusters.open('prod', 'acme/shop', 'prod')
})
afterAll(() => clusters.close())

const inNamespace = (namespace: string, name = 'x') => ({ ...configMap(name), metadata: { name, namespace } })
const keyIn = (namespace: string, name = 'x') => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name })

describe('objects of targets with a ServiceAccount', () => {
  test('are written where its Role allows it, though Lockstep itself may not', async () => {
    const own = await clusters.open('prod', 'acme/shop', 'staging')
    await expect(own.apply(inNamespace('shop'), lockstep)).rejects.toMatchObject({ kind: 'forbidden' })
    expect(at(await cluster.apply(inNamespace('shop'), lockstep), 'metadata', 'name')).toBe('x')
    expect(await cluster.get(keyIn('shop'))).toBeDefined()
    expect(await cluster.delete(keyIn('shop'))).toBe('deleted')
  })

  test.each<[what: string, write: () => Promise<unknown>]>([
    ['applied', () => cluster.apply(inNamespace('bank'), lockstep)],
    ['rehearsed', () => cluster.apply(inNamespace('bank'), { ...lockstep, dryRun: true })],
    ['created', () => cluster.create(inNamespace('bank'), lockstep)],
    ['patched', () => cluster.patch(keyIn('bank'), { data: {} }, lockstep)],
    ['deleted', () => cluster.delete(keyIn('bank'))],
    ['read', () => cluster.get(keyIn('bank'))],
  ])('are not %s elsewhere, and what is said names the ServiceAccount', async (_, write) => {
    await expect(write()).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('system:serviceaccount:shop:deployer'),
    })
  })

  test('need the right to impersonate that very ServiceAccount, and what is said names it', async () => {
    const forged = await clusters.open('prod', 'acme/shop', 'forged')
    await expect(forged.apply(inNamespace('shop'), lockstep)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/"somebody-else" is forbidden: User "worker" cannot impersonate/),
    })
  })
})

describe('what Lockstep remembers in the cluster', () => {
  test('is written in its own name, where no target may write', async () => {
    expect(await cluster.apply(inNamespace('lockstep-system', inventory), lockstep)).toBeDefined()
    expect(await cluster.get(keyIn('lockstep-system', inventory))).toBeDefined()
    expect(await cluster.delete(keyIn('lockstep-system', inventory))).toBe('deleted')
    await expect(cluster.apply(inNamespace('lockstep-system', 'other'), lockstep)).rejects.toMatchObject({
      kind: 'forbidden',
    })
  })
})

test('the server itself counts the ServiceAccount into its groups: nobody has to name them', async () => {
  const admin = await plane.open()
  const asking = admin.forPurpose({ headers: { 'impersonate-user': 'system:serviceaccount:shop:deployer' } })
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: { name: 'who' } }
  expect(await asking.create(body, lockstep)).toMatchObject({
    status: {
      userInfo: {
        username: 'system:serviceaccount:shop:deployer',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
      },
    },
  })
})

test('naming the groups would need the right to impersonate each of them', async () => {
  const worker = await plane.open({ context: plane.local.as('worker') as string })
  const named = worker.forPurpose({
    headers: {
      'impersonate-user': 'system:serviceaccount:shop:deployer',
      'impersonate-group': 'system:serviceaccounts',
    },
  })
  await expect(named.apply(inNamespace('shop'), lockstep)).rejects.toMatchObject({
    message: expect.stringContaining('cannot impersonate resource "groups"'),
  })
})
