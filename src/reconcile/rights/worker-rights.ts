import type { JsonObject } from '../../model/json.ts'
import { BUILT_IN, type Resource } from './resources.ts'

export interface RightsRequest {
  /** What overlays bring. */
  readonly resources: readonly Resource[]
  /** Where the worker, its inventories and its Leases are. */
  readonly workerNamespace: string
  /** Where it may write objects. */
  readonly namespaces: readonly string[]
  /** ServiceAccounts, as `namespace/name`, in whose name it writes objects. */
  readonly impersonated: readonly string[]
}

const WORKER = 'lockstep-worker'
const ENVIRONMENT = 'lockstep-environment'
const CLUSTER_OBJECTS = 'lockstep-cluster-objects'
const IMPERSONATION = 'lockstep-impersonation'
const RBAC = 'rbac.authorization.k8s.io'
const API_VERSION = `${RBAC}/v1`

/** A server-side apply that makes an object needs `create` besides `patch`; nothing is ever sent as `update`. */
const WRITES = ['get', 'create', 'patch', 'delete']
/** Our objects are selected by their label over all namespaces: one watch a kind. */
const WATCHES = ['list', 'watch']
const AUTOSCALERS: Resource = { group: 'autoscaling', plural: 'horizontalpodautoscalers', namespaced: true }

/**
 * The worker's ServiceAccount and everything that it needs to be allowed: what it follows cluster-wide, what it keeps in its own namespace,
 * and two roles that are bound on purpose: for a namespace's objects (bound here for `namespaces`) and for cluster-scoped ones.
 */
export function workerRights(request: RightsRequest): JsonObject[] {
  const { workerNamespace, namespaces, impersonated } = request
  const resources = [...request.resources].sort(byName)
  const worker = { kind: 'ServiceAccount', name: WORKER, namespace: workerNamespace }
  const clusterObjects = clusterObjectRules(resources)
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: WORKER, namespace: workerNamespace } },
    role('Role', WORKER, ownRules(resources), workerNamespace),
    binding('RoleBinding', WORKER, { kind: 'Role', name: WORKER }, worker, workerNamespace),
    role('ClusterRole', WORKER, [...rulesFor([...resources, AUTOSCALERS], WATCHES), eventRule]),
    binding('ClusterRoleBinding', WORKER, { kind: 'ClusterRole', name: WORKER }, worker),
    role(
      'ClusterRole',
      ENVIRONMENT,
      rulesFor(
        resources.filter(({ namespaced }) => namespaced),
        WRITES,
      ),
    ),
    ...namespaces.map((namespace) =>
      binding('RoleBinding', ENVIRONMENT, { kind: 'ClusterRole', name: ENVIRONMENT }, worker, namespace),
    ),
    ...(clusterObjects.length > 0 ? [role('ClusterRole', CLUSTER_OBJECTS, clusterObjects)] : []),
    ...impersonated.flatMap((account) => impersonation(account, worker)),
  ]
}

/** Where ConfigMaps are among what overlays bring, they are followed in every namespace already. */
function ownRules(resources: readonly Resource[]): JsonObject[] {
  const followed = resources.some(({ group, plural }) => group === '' && plural === 'configmaps')
  return [
    { apiGroups: [''], resources: ['configmaps'], verbs: [...(followed ? [] : WATCHES), ...WRITES] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch'] },
  ]
}

/** A Namespace is only pruned once it is known that it takes nothing of others with it: every kind in it is listed first. */
function clusterObjectRules(resources: readonly Resource[]): JsonObject[] {
  const clusterScoped = resources.filter(({ namespaced }) => !namespaced)
  const writes = rulesFor(clusterScoped, WRITES)
  if (!clusterScoped.some(({ group, plural }) => group === '' && plural === 'namespaces')) return writes
  const known = new Set(resources.map(nameOf))
  const looked = BUILT_IN.filter(({ namespaced, kind }) => namespaced || kind === 'CustomResourceDefinition')
  return [
    ...writes,
    ...rulesFor(
      looked.filter((resource) => !known.has(nameOf(resource))),
      ['list'],
    ),
  ]
}

/** In every namespace: Events of cluster-scoped objects stand in `default`. */
const eventRule: JsonObject = { apiGroups: [''], resources: ['events'], verbs: ['get', 'create', 'patch'] }

function rulesFor(resources: readonly Resource[], verbs: readonly string[]): JsonObject[] {
  const groups = Map.groupBy(resources, ({ group }) => group)
  return [...groups]
    .sort(([a], [b]) => compare(a, b))
    .map(([group, members]) => ({
      apiGroups: [group],
      resources: [...new Set(members.map(({ plural }) => plural))].sort(compare),
      verbs: [...verbs],
    }))
}

/** The worker may act as the account, and the account may do in its namespace what the worker does elsewhere. */
function impersonation(account: string, worker: JsonObject): JsonObject[] {
  const [namespace = '', name = ''] = account.split('/')
  const [right, title] = [`${IMPERSONATION}-${name}`, `${ENVIRONMENT}-${name}`]
  const rule = { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: [name], verbs: ['impersonate'] }
  const acting = { kind: 'ServiceAccount', name, namespace }
  return [
    role('Role', right, [rule], namespace),
    binding('RoleBinding', right, { kind: 'Role', name: right }, worker, namespace),
    binding('RoleBinding', title, { kind: 'ClusterRole', name: ENVIRONMENT }, acting, namespace),
  ]
}

function role(
  kind: 'Role' | 'ClusterRole',
  name: string,
  rules: readonly JsonObject[],
  namespace?: string,
): JsonObject {
  return { apiVersion: API_VERSION, kind, metadata: { name, ...(namespace && { namespace }) }, rules: [...rules] }
}

function binding(
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  name: string,
  ref: { readonly kind: string; readonly name: string },
  subject: JsonObject,
  namespace?: string,
): JsonObject {
  const metadata = { name, ...(namespace && { namespace }) }
  return { apiVersion: API_VERSION, kind, metadata, roleRef: { apiGroup: RBAC, ...ref }, subjects: [subject] }
}

function nameOf({ group, plural }: Resource): string {
  return `${plural}.${group}`
}

function byName(a: Resource, b: Resource): number {
  return compare(a.group, b.group) || compare(a.plural, b.plural)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
