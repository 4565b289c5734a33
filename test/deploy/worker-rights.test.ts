import { beforeAll, describe, expect, test } from '@jest/globals'
import { impersonating } from '../../src/adapters/kubernetes/impersonation.ts'
import { openCluster } from '../../src/adapters/kubernetes/open-cluster.ts'
import type { Cluster } from '../../src/model/cluster.ts'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import { mapLimited } from '../../src/model/map-limited.ts'
import { BUILT_IN, COMMON, type Resource } from '../../src/reconcile/rights/resources.ts'
import { workerRights } from '../../src/reconcile/rights/worker-rights.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { KUSTOMIZE_SETUP_MS } from '../support/kustomize.ts'
import { LimitedWorker } from '../support/limited-worker.ts'

const WORKER = 'system:serviceaccount:lockstep-system:lockstep-worker'
const RBAC = 'rbac.authorization.k8s.io'

/** A verb for a resource that one of the roles gives. */
interface Right {
  /** e.g. `ClusterRole/lockstep-worker`. */
  readonly role: string
  readonly resource: string
  readonly verb: string
}

const NAMESPACES = COMMON.find(({ plural }) => plural === 'namespaces') as Resource
const request = { resources: COMMON, workerNamespace: 'lockstep-system', namespaces: ['shop'], impersonated: [] }
const rights = workerRights(request)
const everyRight: Right[] = rights.flatMap((manifest) =>
  rulesOf(manifest).flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ role: roleOf(manifest), resource, verb }))),
  ),
)
const plane = useControlPlane({ users: [WORKER, ...everyRight.map((_, index) => userOf(index))] })

beforeAll(async () => {
  for (const name of ['lockstep-system', 'shop'])
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}, KUSTOMIZE_SETUP_MS)

const apply = (manifest: JsonObject) => plane.cluster.apply(manifest, { fieldManager: 'admin', force: true })

/** Binds the role for cluster-scoped objects, as a person does on purpose. */
function clusterObjects(subject: JsonObject): JsonObject {
  const name = 'lockstep-cluster-objects'
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name }
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects: [subject] }
}

describe('the rights of the worker', () => {
  test('name kinds as the API server does', async () => {
    const scopes = await Promise.all(
      BUILT_IN.map(async (resource) => [resource, await namespacedOf(resource)] as const),
    )
    expect(scopes.filter(([{ namespaced }, found]) => found !== namespaced)).toEqual([])
  })

  test('are enough for every common kind, and for what it remembers', async () => {
    const subject = { kind: 'ServiceAccount', name: 'lockstep-worker', namespace: 'lockstep-system' }
    for (const manifest of [...rights, clusterObjects(subject)]) await apply(manifest)
    const cluster = await plane.open({ context: plane.local.as(WORKER) ?? '' })
    await bound(cluster)
    const ends = await mapLimited(COMMON, 4, async (resource) => {
      const worker = await LimitedWorker.open(plane.cluster, cluster, resource.plural)
      return `${resource.plural}: ${await worker.workWith(resource)}`
    })
    const worker = await LimitedWorker.open(plane.cluster, cluster, 'remembers')
    expect([...ends, await worker.remember()].filter((end) => !end.endsWith('fine'))).toEqual([])
  }, 120_000)

  test('hold nothing superfluous: without any one of them something fails', async () => {
    const numbered = everyRight.map((right, index) => ({ right, index }))
    await mapLimited(numbered, 8, ({ right, index }) => giveAllBut(right, index))
    const ends = await mapLimited(numbered, 4, async ({ right, index }) => ({
      ...right,
      end: await workWithout(right, index),
    }))
    expect(ends.filter(({ end }) => end === 'fine')).toEqual([])
  }, 300_000)

  test('to act as a ServiceAccount reach no further than that one', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace: 'shop' } }
    for (const manifest of [account, ...workerRights({ ...request, impersonated: ['shop/deployer'] })])
      await apply(manifest)
    const own = await openCluster({
      name: 'own',
      kubeconfig: plane.local.kubeconfig,
      context: plane.local.as(WORKER) ?? '',
    })
    const metadata = { name: 'written', namespace: 'shop' }
    const write = (as: string) =>
      own
        .forPurpose(impersonating(as))
        .apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata }, { fieldManager: 'lockstep' })
    await eventually(() => write('shop/deployer').catch(() => undefined))
    await expect(write('shop/default')).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(write('default/deployer')).rejects.toMatchObject({ kind: 'forbidden' })
    await own.close()
  }, 60_000)
})

/** Gives user `index` every right but this one, by roles of its own. */
async function giveAllBut(right: Right, index: number): Promise<void> {
  const subject = { kind: 'User', apiGroup: RBAC, name: userOf(index) }
  const own = (manifest: JsonObject): JsonObject => {
    const named = { ...manifest, metadata: { ...metadataOf(manifest), name: `${nameOf(manifest)}-${index}` } }
    if (!isJsonObject(manifest.roleRef)) return { ...named, rules: rulesWithout(manifest, right) }
    const roleRef = { ...manifest.roleRef, name: `${manifest.roleRef.name}-${index}` }
    return { ...named, roleRef, subjects: [subject] }
  }
  const given = [...rights, clusterObjects(subject)].filter(({ kind }) => kind !== 'ServiceAccount')
  for (const manifest of given) await apply(own(manifest))
}

async function workWithout(right: Right, index: number): Promise<string> {
  const user = userOf(index)
  const cluster = await openCluster({
    name: user,
    kubeconfig: plane.local.kubeconfig,
    context: plane.local.as(user) ?? '',
  })
  await bound(cluster)
  const worker = await LimitedWorker.open(plane.cluster, cluster, user)
  const remembers = right.role.startsWith('Role/') || right.resource === 'events'
  // What else is listed is looked at when a Namespace is pruned.
  const resource = COMMON.find(({ plural }) => plural === right.resource) ?? NAMESPACES
  const end = remembers ? await worker.remember() : await worker.workWith(resource)
  await cluster.close()
  return end
}

/** Waits until the API server knows what was bound last. */
function bound(cluster: Cluster): Promise<unknown> {
  const namespaces = { group: '', version: 'v1', kind: 'Namespace' }
  const asked = [() => cluster.get({ ...namespaces, name: 'shop' }), () => cluster.list(namespaces)]
  return eventually(() => Promise.any(asked.map((ask) => ask())).catch(() => undefined))
}

async function namespacedOf({ group, kind }: { group: string; kind: string }): Promise<boolean | undefined> {
  const scopes = await Promise.all(['v1', 'v2'].map((version) => plane.cluster.scope({ group, version, kind })))
  const scope = scopes.find((found) => found !== undefined)
  return scope && scope === 'namespaced'
}

function userOf(index: number): string {
  return `worker-${index}`
}

function metadataOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) ? metadata : {}
}

function nameOf(manifest: JsonObject): string {
  return String(metadataOf(manifest).name)
}

interface Rule {
  readonly apiGroups: string[]
  readonly resources: string[]
  readonly verbs: string[]
}

function rulesOf({ rules }: JsonObject): Rule[] {
  return (rules ?? []) as unknown as Rule[]
}

/** The same rules, except that this resource lacks this verb. */
function rulesWithout(manifest: JsonObject, { role, resource, verb }: Right): JsonObject[] {
  return rulesOf(manifest).flatMap((rule) => {
    if (roleOf(manifest) !== role || !rule.resources.includes(resource)) return [{ ...rule }]
    const others = { ...rule, resources: rule.resources.filter((name) => name !== resource) }
    const left = { ...rule, resources: [resource], verbs: rule.verbs.filter((name) => name !== verb) }
    return [others, left].filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0)
  })
}

function roleOf(manifest: JsonObject): string {
  return `${manifest.kind}/${nameOf(manifest)}`
}
