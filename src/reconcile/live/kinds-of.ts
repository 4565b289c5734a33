import type { ResourceKind } from '../../model/cluster.ts'
import type { ResourceKey } from '../../model/resource-key.ts'

/** Each group and kind once; the first version named wins. */
export function kindsOf(keys: Iterable<ResourceKey>): ResourceKind[] {
  const kinds = new Map<string, ResourceKind>()
  for (const { group, version, kind } of keys) {
    const id = `${group}/${kind}`
    if (!kinds.has(id)) kinds.set(id, { group, version, kind })
  }
  return [...kinds.values()]
}
