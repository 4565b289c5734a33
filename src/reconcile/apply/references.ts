import { ClusterError } from '../../model/cluster-error.ts'
import { parseResourceId, type ResourceKey, resourceId } from '../../model/resource-key.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { objectAt, textAt } from '../live/live-object.ts'

const RBAC = 'rbac.authorization.k8s.io'

/**
 * Ids of the objects without which the API server does not take this one, however it is asked. Few kinds are checked so: bindings, by
 * who may not bind every role, and bare Pods.
 */
export function requiredBy({ key, body }: Pick<DesiredObject, 'key' | 'body'>): string[] {
  if (key.group === RBAC && key.kind.endsWith('RoleBinding')) return roleOf(key, body)
  return key.group === '' && key.kind === 'Pod' ? requiredByPod(key, body) : []
}

function roleOf(key: ResourceKey, body: DesiredObject['body']): string[] {
  const [kind, name] = [textAt(body, 'roleRef', 'kind'), textAt(body, 'roleRef', 'name')]
  if (!kind || !name) return []
  const namespace = kind === 'Role' && key.namespace !== undefined ? { namespace: key.namespace } : {}
  return [resourceId({ group: RBAC, version: '', kind, ...namespace, name })]
}

function requiredByPod(key: ResourceKey, body: DesiredObject['body']): string[] {
  const spec = objectAt(body, 'spec')
  const of = (group: string, kind: string, field: string, namespace?: string) => {
    const name = textAt(spec, field)
    return name ? [resourceId({ group, version: '', kind, ...(namespace && { namespace }), name })] : []
  }
  return [
    ...of('', 'ServiceAccount', 'serviceAccountName', key.namespace),
    ...of('scheduling.k8s.io', 'PriorityClass', 'priorityClassName'),
    ...of('node.k8s.io', 'RuntimeClass', 'runtimeClassName'),
  ]
}

/** The refusal is for want of an object that this very plan makes (`made`: ids): it is asked again by being applied after that one. */
export function waitsFor(
  error: unknown,
  object: Pick<DesiredObject, 'key' | 'body'>,
  made: ReadonlySet<string>,
): boolean {
  if (!(error instanceof ClusterError) || (error.kind !== 'not-found' && error.kind !== 'denied')) return false
  const missing = requiredBy(object).filter((id) => made.has(id))
  return missing.some((id) => error.message.includes(parseResourceId(id).name))
}
