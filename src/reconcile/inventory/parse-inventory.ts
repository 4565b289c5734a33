import type { LiveObject } from '../../model/cluster.ts'
import { textAt } from '../live/live-object.ts'
import type { Inventory, InventoryRecord, StoredPart } from './inventory.ts'
import { shardName } from './print-parts.ts'
import { type ReadParent, type ReadPart, readParent, readShard, storedPart } from './read-part.ts'

/**
 * An inventory from its parent and the other ConfigMaps of the same label; those that the parent does not name are ignored. undefined for
 * a parent that does not say whose it is. What is missing or wrong is its `flaw`.
 */
export function parseInventory(parent: LiveObject, others: readonly LiveObject[] = []): Inventory | undefined {
  const read = readParent(parent)
  if (!read) return undefined
  const byName = new Map(others.map((body) => [textAt(body, 'metadata', 'name') ?? '', body]))
  byName.delete(read.name)
  const shards = Array.from({ length: read.layout.shards }, (_, index) => shardAt(read, byName, index))
  const flaw = read.flaw ?? shards.find((shard) => shard.flaw !== undefined)?.flaw
  const parts = new Map<string, StoredPart>([...byName].map(([name, body]) => [name, storedPart(body)]))
  return {
    ...(flaw ? withoutClaims(read.head) : read.head),
    records: union([read, ...shards]),
    ...(flaw && { flaw }),
    stored: { layout: read.layout, parts: parts.set(read.name, read.stored) },
  }
}

function shardAt(parent: ReadParent, byName: ReadonlyMap<string, LiveObject>, index: number): Partial<ReadPart> {
  const name = shardName(parent.name, parent.layout.generation, index)
  const body = byName.get(name)
  return body ? readShard(body, parent, index) : { flaw: `lacks its shard ${name}` }
}

/** Whether everything was applied is not known any more. */
function withoutClaims(head: ReadParent['head']): ReadParent['head'] {
  const { revision: _, renderDigest: __, healthySince: ___, ...rest } = head
  return rest
}

function union(parts: readonly Partial<ReadPart>[]): ReadonlyMap<string, InventoryRecord> {
  const [only, ...more] = parts
  if (more.length === 0) return only?.records ?? new Map()
  return new Map(parts.flatMap(({ records }) => [...(records ?? [])]))
}
