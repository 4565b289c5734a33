import { canonicalGroup } from './api-groups.ts'
import type { Manifest } from './manifest.ts'
import { resourceId } from './resource-key.ts'
import { findLookalikes } from './similar-objects.ts'

/** One object on both sides, or on one of them. */
export interface ObjectPair {
  readonly before?: Manifest
  readonly after?: Manifest
}

/**
 * Pairs objects by group, kind, namespace and name; then those that Kubernetes moved to another group; then what is gone with what
 * came, where their contents say that it was renamed. Sorted by the id that the object has afterwards.
 */
export function pairObjects(before: readonly Manifest[], after: readonly Manifest[]): ObjectPair[] {
  const same = pairBy(before, after, ({ key }) => resourceId(key))
  const moved = pairBy(same.gone, same.come, ({ key }) => resourceId({ ...key, group: canonicalGroup(key) }))
  const renamed = findLookalikes(moved.gone, moved.come)
  const found = new Set(renamed.flatMap(({ before: old, after: now }) => [old, now]))
  const gone = moved.gone.filter((manifest) => !found.has(manifest)).map((manifest) => ({ before: manifest }))
  const come = moved.come.filter((manifest) => !found.has(manifest)).map((manifest) => ({ after: manifest }))
  const pairs: ObjectPair[] = [...same.pairs, ...moved.pairs, ...renamed, ...gone, ...come]
  return pairs
    .map((pair) => ({ pair, id: resourceId(((pair.after ?? pair.before) as Manifest).key) }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .map(({ pair }) => pair)
}

interface Paired {
  readonly pairs: readonly Required<ObjectPair>[]
  readonly gone: readonly Manifest[]
  readonly come: readonly Manifest[]
}

/** Only where the id is unique on both sides. */
function pairBy(before: readonly Manifest[], after: readonly Manifest[], idOf: (manifest: Manifest) => string): Paired {
  const old = Map.groupBy(before, idOf)
  const now = Map.groupBy(after, idOf)
  const isPaired = (id: string) => old.get(id)?.length === 1 && now.get(id)?.length === 1
  return {
    pairs: [...old].flatMap(([id, [manifest]]) => {
      const [other] = now.get(id) ?? []
      return manifest && other && isPaired(id) ? [{ before: manifest, after: other }] : []
    }),
    gone: before.filter((manifest) => !isPaired(idOf(manifest))),
    come: after.filter((manifest) => !isPaired(idOf(manifest))),
  }
}
