import type { LiveObject, ResourceKind } from '../../model/cluster.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { TARGET_LABEL } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import { keyOf } from './live-object.ts'

/** The live objects of these keys' kinds that carry the target's label, by `resourceId`: one LIST a kind. */
export async function readLive(session: Session, keys: Iterable<ResourceKey>): Promise<Map<string, LiveObject>> {
  const labelSelector = `${TARGET_LABEL}=${session.ownership.target}`
  const lists = await mapLimited(kindsOf(keys), session.concurrency, (kind) =>
    session.cluster.list(kind, { labelSelector }),
  )
  const objects = lists.flatMap((list) => list.items)
  return new Map(objects.map((object) => [resourceId(keyOf(object)), object]))
}

/** Each group and kind once; the first version named wins. */
export function kindsOf(keys: Iterable<ResourceKey>): ResourceKind[] {
  const kinds = new Map<string, ResourceKind>()
  for (const { group, version, kind } of keys) {
    const id = `${group}/${kind}`
    if (!kinds.has(id)) kinds.set(id, { group, version, kind })
  }
  return [...kinds.values()]
}
