import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { resourceId } from '../../model/resource-key.ts'
import type { Target } from '../../model/target.ts'
import { INVENTORY_LABEL, inventoryName, targetLabel } from '../labels.ts'
import { labelOf, textAt, uidOf } from '../live/live-object.ts'
import type { Inventory, InventoryRecord, Layout, StoredPart } from './inventory.ts'
import { shardOf } from './layout.ts'
import { checksumOf, FORMAT, partDigest, printLayout, shardName } from './print-parts.ts'
import { parseRecord } from './record-line.ts'

type Records = ReadonlyMap<string, InventoryRecord>

/** One ConfigMap of an inventory, read by itself. With a `flaw`, its records are those that can still be believed. */
export interface ReadPart {
  readonly name: string
  readonly stored: StoredPart
  readonly records: Records
  readonly flaw?: string
}

export interface ReadParent extends ReadPart {
  readonly head: Omit<Inventory, 'records' | 'stored' | 'flaw'>
  readonly layout: Layout
}

const NO_SHARDS: Layout = { generation: 0, shards: 0 }

/** undefined where it does not even say whose it is. */
export function readParent(body: JsonObject): ReadParent | undefined {
  const data = isJsonObject(body.data) ? body.data : {}
  const identity = readIdentity(data)
  if (!identity) return undefined
  const format = textAt(data, 'format')
  const { part, layout } = readObjects(body, format === undefined)
  const misnamed = misnaming(body, inventoryName(identity.repository, identity.target), identity)
  const newer = format !== undefined && Number(format) > Number(FORMAT)
  return {
    ...part,
    ...(misnamed && { records: new Map(), flaw: misnamed }),
    ...(newer && { flaw: `was written in format ${format} by a newer Lockstep` }),
    head: { ...identity, ...readHead(data), ...(newer && { newer }) },
    layout,
  }
}

/** One ConfigMap beside the parent, which is to be the shard `index` of `layout`. */
export function readShard(body: JsonObject, parent: ReadParent, index: number): ReadPart {
  const { part } = readObjects(body, false)
  const data = isJsonObject(body.data) ? body.data : {}
  const name = shardName(parent.name, parent.layout.generation, index)
  const misnamed =
    misnaming(body, name, parent.head) ??
    (textAt(data, 'shards') === printLayout(parent.layout) ? undefined : `is not shard ${index} of its inventory`)
  if (misnamed) return { ...part, records: new Map(), flaw: misnamed }
  const strayed = [...part.records.keys()].some((id) => shardOf(id, parent.layout.shards) !== index)
  return strayed ? { ...part, flaw: 'holds objects of another shard' } : part
}

/** What a write needs to know of a ConfigMap. */
export function storedPart(body: JsonObject): StoredPart {
  return {
    uid: uidOf(body) ?? '',
    version: textAt(body, 'metadata', 'resourceVersion') ?? '',
    digest: partDigest(body),
  }
}

type Identity = Pick<Inventory, 'repository' | 'target'>

function readIdentity(data: JsonObject): Identity | undefined {
  const [repository, application, environment, cluster] = ['repository', 'application', 'environment', 'cluster'].map(
    (key) => textAt(data, key),
  )
  if (!repository || !application || !environment || !cluster) return undefined
  const target: Target = { application, environment, cluster }
  return { repository, target }
}

function readHead(data: JsonObject): Omit<Inventory, keyof Identity | 'records' | 'stored'> {
  const [attempted, revision, renderDigest, report] = ['attempted', 'revision', 'renderDigest', 'report'].map(
    (key) => textAt(data, key) || undefined,
  )
  const healthySince = readHealthy(textAt(data, 'healthy'), renderDigest)
  return {
    ...(attempted && { attempted }),
    ...(revision && { revision }),
    ...(renderDigest && { renderDigest }),
    ...(healthySince && { healthySince }),
    ...(report && { report }),
  }
}

function readHealthy(text: string | undefined, renderDigest: string | undefined): string | undefined {
  const [since, digest] = (text ?? '').split(' ')
  return digest === renderDigest ? since || undefined : undefined
}

function misnaming(body: JsonObject, name: string, { repository, target }: Identity): string | undefined {
  const named = textAt(body, 'metadata', 'name') === name
  const labelled = labelOf(body, INVENTORY_LABEL) === targetLabel(repository, target)
  return named && labelled ? undefined : 'has a name or label that does not belong to its content'
}

/** `plain`: of the first format, which had no checksum. */
function readObjects(body: JsonObject, plain: boolean): { part: ReadPart; layout: Layout } {
  const data = isJsonObject(body.data) ? body.data : {}
  const text = textAt(data, 'objects') ?? (plain ? '' : undefined)
  const layout = readLayout(textAt(data, 'shards') ?? '')
  const { records, broken } = readLines(text ?? '')
  const sound = text !== undefined && (plain || textAt(data, 'checksum') === checksumOf(text))
  const flaw = broken > 0 || !layout ? 'cannot be read' : sound ? undefined : 'was changed by somebody else'
  const name = textAt(body, 'metadata', 'name') ?? ''
  return { part: { name, stored: storedPart(body), records, ...(flaw && { flaw }) }, layout: layout ?? NO_SHARDS }
}

function readLayout(text: string): Layout | undefined {
  if (text === '') return NO_SHARDS
  const [, generation, shards] = /^(\d{1,9}) ([1-9]\d{0,3})$/.exec(text) ?? []
  return generation && shards ? { generation: Number(generation), shards: Number(shards) } : undefined
}

function readLines(text: string): { records: Records; broken: number } {
  const lines = text.split('\n').filter((line) => line !== '')
  const parsed = lines.flatMap((line) => parseRecord(line) ?? [])
  return {
    records: new Map(parsed.map((record) => [resourceId(record.key), record])),
    broken: lines.length - parsed.length,
  }
}
