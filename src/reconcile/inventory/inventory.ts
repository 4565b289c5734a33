import type { ResourceKey } from '../../model/resource-key.ts'
import type { Target } from '../../model/target.ts'

/** What a target owns in its cluster, and which commit it came from. Kept in that cluster, so that no other place must remember it. */
export interface Inventory {
  /** `owner/name`. */
  readonly repository: string
  readonly target: Target
  /** Commit whose objects were last written. */
  readonly attempted?: string
  /** Commit that was last applied in full: nothing failed and nothing waits to be pruned. */
  readonly revision?: string
  /** `Render.digest` of `revision`. */
  readonly renderDigest?: string
  /** ISO 8601; since when every object is healthy at `renderDigest`. */
  readonly healthySince?: string
  /** What the last pass has to tell, for those who read the ConfigMap. A change of it is written, so it must not change by itself. */
  readonly report?: string
  /** By `resourceId`. */
  readonly records: ReadonlyMap<string, InventoryRecord>
  /** What is wrong with the ConfigMaps: `records` may miss objects, so nothing is pruned by them before a person confirms it. */
  readonly flaw?: string
  /** Written by a newer Lockstep, whose format this one must not touch. */
  readonly newer?: true
  /** How the cluster holds it; absent before the first write. */
  readonly stored?: StoredInventory
}

export interface InventoryRecord {
  readonly key: ResourceKey
  /** Absent when the object was written ahead and may not exist. */
  readonly uid?: string
  /** `DesiredObject.renderHash` of the last apply; absent when the object left Git and waits to be pruned. */
  readonly renderHash?: string
  /** `ownFieldsHash` of the server's answer to the last apply. */
  readonly appliedHash?: string
  /** Git's last word about pruning it. */
  readonly prune?: PruneWord
  /** Known only because a live object carried our label when the inventory was lost: a person confirms before it is pruned. */
  readonly found?: true
  /** It may go by itself once it has done its work: it is not missed, and not made again before Git changes it. */
  readonly fleeting?: true
}

/** Values of our annotation about pruning. */
export type PruneWord = 'disabled' | 'allowed'

/** Where records stand: all in the parent ConfigMap (`shards` 0), or spread over as many ConfigMaps of one generation. */
export interface Layout {
  readonly generation: number
  readonly shards: number
}

export interface StoredInventory {
  readonly layout: Layout
  /** By ConfigMap name; with those of other generations that are known. */
  readonly parts: ReadonlyMap<string, StoredPart>
}

export interface StoredPart {
  readonly uid: string
  /** `metadata.resourceVersion`. */
  readonly version: string
  /** Of the content: equal parts need no write. */
  readonly digest: string
}

/** The object is still in Git, as far as the last apply knew. */
export function isWanted(record: InventoryRecord): boolean {
  return record.renderHash !== undefined || (record.uid === undefined && !record.found)
}

/** It was made, and is not missed. */
export function hasGoneByItself({ fleeting, uid }: InventoryRecord): boolean {
  return fleeting === true && uid !== undefined
}

export function emptyInventory(repository: string, target: Target): Inventory {
  return { repository, target, records: new Map() }
}
