import type { LiveObject, ResourceKind } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { objectsAt, textAt, valueAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'

const BUILT_IN = [
  'v1 ConfigMap',
  'v1 LimitRange',
  'v1 Namespace',
  'v1 PersistentVolume',
  'v1 PersistentVolumeClaim',
  'v1 Pod',
  'v1 ReplicationController',
  'v1 ResourceQuota',
  'v1 Secret',
  'v1 Service',
  'v1 ServiceAccount',
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1 CustomResourceDefinition',
  'apiregistration.k8s.io/v1 APIService',
  'apps/v1 DaemonSet',
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'apps/v1 StatefulSet',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'batch/v1 CronJob',
  'batch/v1 Job',
  'networking.k8s.io/v1 Ingress',
  'networking.k8s.io/v1 IngressClass',
  'networking.k8s.io/v1 NetworkPolicy',
  'node.k8s.io/v1 RuntimeClass',
  'policy/v1 PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1 Role',
  'rbac.authorization.k8s.io/v1 RoleBinding',
  'scheduling.k8s.io/v1 PriorityClass',
  'storage.k8s.io/v1 CSIDriver',
  'storage.k8s.io/v1 StorageClass',
]

export const DEFINITIONS: ResourceKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
}

/** Kinds that overlays bring, of the API server itself; custom ones have their definitions. */
export const BUILT_IN_KINDS: readonly ResourceKind[] = BUILT_IN.map(parseKind)

export interface Survey {
  readonly objects: readonly LiveObject[]
  /** Kinds that could not be looked at. */
  readonly unseen: readonly ResourceKind[]
}

/** Looks through every kind that there may be, one list a kind: dear, and only for what cannot be known otherwise. */
export async function survey(
  session: Pick<Session, 'cluster' | 'concurrency'>,
  selection: { labelSelector?: string; namespace?: string },
  known: readonly ResourceKind[] = [],
): Promise<Survey> {
  const definitions = await looked(session, DEFINITIONS, {})
  const custom = (definitions ?? []).flatMap(definedKind)
  const kinds = kindsOf([...BUILT_IN_KINDS, ...custom, ...known].map((kind) => ({ ...kind, name: '' })))
  const inScope = selection.namespace ? await namespacedOnly(session, kinds) : kinds
  const lists = await mapLimited(inScope, session.concurrency, async (kind) => ({
    kind,
    items: await looked(session, kind, selection),
  }))
  return {
    objects: lists.flatMap(({ items }) => items ?? []),
    unseen: [...(definitions ? [] : [DEFINITIONS]), ...lists.flatMap(({ kind, items }) => (items ? [] : [kind]))],
  }
}

/** The kind that a CustomResourceDefinition serves; none where no version is served. */
export function definedKind(definition: LiveObject): ResourceKind[] {
  const served = objectsAt(definition, 'spec', 'versions').find((version) => valueAt(version, 'served') === true)
  const [group, kind] = [textAt(definition, 'spec', 'group'), textAt(definition, 'spec', 'names', 'kind')]
  const version = textAt(served, 'name')
  return group && kind && version ? [{ group, version, kind }] : []
}

/** undefined: not allowed to look, or what serves the kind does not answer. */
async function looked(
  { cluster }: Pick<Session, 'cluster'>,
  kind: ResourceKind,
  selection: { labelSelector?: string; namespace?: string },
): Promise<readonly LiveObject[] | undefined> {
  try {
    return (await cluster.list(kind, selection)).items
  } catch (error) {
    if (error instanceof ClusterError && (error.kind === 'forbidden' || error.retryable)) return undefined
    throw error
  }
}

async function namespacedOnly(
  { cluster, concurrency }: Pick<Session, 'cluster' | 'concurrency'>,
  kinds: readonly ResourceKind[],
): Promise<ResourceKind[]> {
  const scopes = await mapLimited(kinds, concurrency, async (kind) => ({ kind, scope: await scopeOf(cluster, kind) }))
  return scopes.flatMap(({ kind, scope }) => (scope === 'cluster' ? [] : [kind]))
}

async function scopeOf(cluster: Session['cluster'], kind: ResourceKind) {
  return cluster.scope(kind).catch((error: unknown) => {
    if (error instanceof LockstepError) throw error
    return undefined
  })
}

function parseKind(text: string): ResourceKind {
  const [apiVersion = '', kind = ''] = text.split(' ')
  const slash = apiVersion.indexOf('/')
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind }
}
