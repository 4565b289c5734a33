import type { Json, JsonObject } from '../../model/json.ts'
import { shortHash } from '../fields/own-fields.ts'
import { APPLY_SET_ID_LABEL, applySetId, INVENTORY_LABEL, inventoryName, targetLabel } from '../labels.ts'
import { objectAt } from '../live/live-object.ts'
import { applySetHints } from './apply-set.ts'
import type { Inventory, InventoryRecord, Layout } from './inventory.ts'
import { shardOf } from './layout.ts'
import { printRecord } from './record-line.ts'

export const FORMAT = '2'

/** One ConfigMap of an inventory. */
export interface InventoryPart {
  readonly name: string
  readonly body: JsonObject
  readonly digest: string
}

export interface PrintedInventory {
  readonly parent: InventoryPart
  readonly shards: readonly InventoryPart[]
}

export type Lines = readonly (readonly [id: string, line: string])[]

/** The records as they are stored, in the ids' order. */
export function printLines(records: ReadonlyMap<string, InventoryRecord>): Lines {
  const lines = [...records].map(([id, record]) => [id, printRecord(record)] as const)
  return lines.sort(([left], [right]) => (left < right ? -1 : 1))
}

/** Every member is always there, empty where nothing is known: what was stored by another kind of write is replaced too. */
export function printParts(inventory: Inventory, lines: Lines, namespace: string, layout: Layout): PrintedInventory {
  const { repository, target, records } = inventory
  const name = inventoryName(repository, target)
  const label = targetLabel(repository, target)
  const spread = layout.shards > 0
  const parent = part(
    {
      name,
      namespace,
      annotations: applySetHints(
        [...records.values()].map(({ key }) => key),
        namespace,
      ),
    },
    { [INVENTORY_LABEL]: label, [APPLY_SET_ID_LABEL]: applySetId(name, namespace) },
    { ...printHead(inventory), shards: spread ? printLayout(layout) : '', ...printObjects(spread ? [] : lines) },
  )
  if (!spread) return { parent, shards: [] }
  const groups = Map.groupBy(lines, ([id]) => shardOf(id, layout.shards))
  const shards = Array.from({ length: layout.shards }, (_, index) =>
    part(
      { name: shardName(name, layout.generation, index), namespace },
      { [INVENTORY_LABEL]: label },
      { format: FORMAT, parent: name, shards: printLayout(layout), ...printObjects(groups.get(index) ?? []) },
    ),
  )
  return { parent, shards }
}

export function shardName(parent: string, generation: number, index: number): string {
  return `${parent}-${generation}-${index}`
}

export function printLayout({ generation, shards }: Layout): string {
  return `${generation} ${shards}`
}

/** Bound to the render, so that a new render starts a new time without another write. */
export function printHealthy(renderDigest: string, since: string): string {
  return `${since} ${renderDigest}`
}

/** What is told of the target besides its objects. */
export function printHead(inventory: Inventory): JsonObject {
  const { repository, target, attempted = '', revision = '', renderDigest = '', healthySince, report = '' } = inventory
  const healthy = healthySince && renderDigest ? printHealthy(renderDigest, healthySince) : ''
  return { format: FORMAT, repository, ...target, attempted, revision, renderDigest, healthy, report }
}

function printObjects(lines: Lines): JsonObject {
  const objects = lines.map(([, line]) => line).join('\n')
  return { objects, checksum: checksumOf(objects) }
}

/** Tells lines that somebody edited or lost from those that were written. */
export function checksumOf(objects: string): string {
  return shortHash(objects)
}

function part(metadata: JsonObject & { name: string }, labels: JsonObject, data: JsonObject): InventoryPart {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, labels }, data }
  return { name: metadata.name, body, digest: partDigest(body) }
}

/** Of what we write of a ConfigMap: labels and annotations of others do not count. */
export function partDigest(body: JsonObject): string {
  const pick = (field: string) =>
    Object.entries(objectAt(body, 'metadata', field) ?? {}).filter(
      ([key]) => key === INVENTORY_LABEL || isApplySet(key),
    )
  const metadata: Json = ['labels', 'annotations'].map((field) => Object.fromEntries(pick(field)))
  return shortHash([metadata, objectAt(body, 'data') ?? {}])
}

function isApplySet(key: string): boolean {
  return key.startsWith('applyset.kubernetes.io/')
}
