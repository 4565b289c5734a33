import type { LiveObject, ResourceKind } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { type ResourceKey, resourceId, resourceLabel } from '../../model/resource-key.ts'
import { definedKind, survey } from '../inventory/survey.ts'
import { keyOf, objectsAt, textAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import type { ExaminedObject } from './examined-object.ts'

/**
 * Names of the objects that a Namespace or a definition would take with it, besides those of `leaving`, which go anyway, and what
 * controllers made of others or put into every namespace. Kinds that cannot be looked at count as well.
 */
export async function contentsOf(
  session: Session,
  { record }: ExaminedObject,
  leaving: ReadonlySet<string>,
): Promise<string[]> {
  const { objects, unseen } = await found(session, record.key)
  const others = objects.filter((object) => !leaving.has(resourceId(keyOf(object))) && !goesWithOthers(object))
  return [
    ...others.map((object) => resourceLabel(keyOf(object))).sort(),
    ...unseen.map(({ kind }) => `${kind} that cannot be looked for`),
  ]
}

async function found(session: Session, key: ResourceKey) {
  if (key.group === '' && key.kind === 'Namespace') return survey(session, { namespace: key.name })
  const definition = await session.cluster.get(key)
  const [kind] = definition ? definedKind(definition) : []
  return kind ? listed(session, kind) : { objects: [], unseen: [] }
}

async function listed({ cluster }: Session, kind: ResourceKind) {
  try {
    return { objects: (await cluster.list(kind)).items, unseen: [] }
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'forbidden') return { objects: [], unseen: [kind] }
    throw error
  }
}

function goesWithOthers(object: LiveObject): boolean {
  if (objectsAt(object, 'metadata', 'ownerReferences').length > 0) return true
  const label = resourceLabel(keyOf(object))
  if (label === 'ServiceAccount/default' || label === 'ConfigMap/kube-root-ca.crt') return true
  return textAt(object, 'type') === 'kubernetes.io/service-account-token'
}
