import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { apiVersion, type ResourceKey, resourceId } from '../../model/resource-key.ts'
import type { Target } from '../../model/target.ts'
import { APPLY_SET_ID_LABEL, applySetId, INVENTORY_LABEL, inventoryName, targetLabel } from '../labels.ts'
import { textAt } from '../live/live-object.ts'

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
  /** By `resourceId`. */
  readonly records: ReadonlyMap<string, InventoryRecord>
}

export interface InventoryRecord {
  readonly key: ResourceKey
  /** Absent when the object was written ahead and may not exist. */
  readonly uid?: string
  /** `DesiredObject.renderHash` of the last apply; absent when the object left Git and waits to be pruned. */
  readonly renderHash?: string
  /** `ownFieldsHash` of the server's answer to the last apply. */
  readonly appliedHash?: string
}

/** The object is still in Git, as far as the last apply knew. */
export function isWanted(record: InventoryRecord): boolean {
  return record.renderHash !== undefined || record.uid === undefined
}

export function emptyInventory(repository: string, target: Target): Inventory {
  return { repository, target, records: new Map() }
}

/** The ConfigMap without `healthy`, which observers write by themselves (see `printHealthy`). */
export function printInventory(inventory: Inventory, namespace: string): JsonObject {
  const { repository, target, attempted, revision, renderDigest } = inventory
  const name = inventoryName(repository, target)
  const labels = {
    [INVENTORY_LABEL]: targetLabel(repository, target),
    [APPLY_SET_ID_LABEL]: applySetId(name, namespace),
  }
  const data = { repository, ...target, attempted, revision, renderDigest, objects: printRecords(inventory.records) }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels, annotations: applySetHints(inventory) },
    data,
  }
}

/** Lets `kubectl` and other ApplySet tools find the members without asking for every kind there is. */
function applySetHints(inventory: Inventory): JsonObject {
  const kinds = [...inventory.records.values()].map(({ key }) => (key.group ? `${key.kind}.${key.group}` : key.kind))
  const namespaces = [...inventory.records.values()].flatMap(({ key }) => key.namespace ?? [])
  return {
    'applyset.kubernetes.io/tooling': 'lockstep/v1',
    'applyset.kubernetes.io/contains-group-kinds': [...new Set(kinds)].sort().join(','),
    'applyset.kubernetes.io/additional-namespaces': [...new Set(namespaces)].sort().join(','),
  }
}

/** undefined for a ConfigMap that is not an inventory. */
export function parseInventory(body: JsonObject): Inventory | undefined {
  const data = isJsonObject(body.data) ? body.data : {}
  const [repository, application, environment, cluster] = ['repository', 'application', 'environment', 'cluster'].map(
    (key) => textAt(data, key),
  )
  if (!repository || !application || !environment || !cluster) return undefined
  const renderDigest = textAt(data, 'renderDigest')
  return {
    repository,
    target: { application, environment, cluster },
    attempted: textAt(data, 'attempted'),
    revision: textAt(data, 'revision'),
    renderDigest,
    healthySince: parseHealthy(textAt(data, 'healthy'), renderDigest),
    records: parseRecords(textAt(data, 'objects') ?? ''),
  }
}

/** Bound to the render, so that a new render starts a new time without another write. */
export function printHealthy(renderDigest: string, since: string): string {
  return `${since} ${renderDigest}`
}

function parseHealthy(text: string | undefined, renderDigest: string | undefined): string | undefined {
  const [since, digest] = (text ?? '').split(' ')
  return digest === renderDigest ? since : undefined
}

/** One line an object: apiVersion, kind, namespace, name, uid, render hash, applied hash; `-` for what is not there. */
function printRecords(records: ReadonlyMap<string, InventoryRecord>): string {
  const lines = [...records.values()].map(({ key, uid, renderHash, appliedHash }) =>
    [apiVersion(key), key.kind, key.namespace, key.name, uid, renderHash, appliedHash]
      .map((word) => word || '-')
      .join(' '),
  )
  return lines.sort().join('\n')
}

function parseRecords(text: string): Map<string, InventoryRecord> {
  const lines = text.split('\n').filter((line) => line !== '')
  return new Map(lines.map(parseRecord).map((record) => [resourceId(record.key), record]))
}

function parseRecord(line: string): InventoryRecord {
  const words = line.split(' ').map((word) => (word === '-' ? undefined : word))
  const [version = '', kind = '', namespace, name = '', uid, renderHash, appliedHash] = words
  const slash = version.indexOf('/')
  const group = slash < 0 ? '' : version.slice(0, slash)
  const key = { group, version: version.slice(slash + 1), kind, ...(namespace && { namespace }), name }
  return { key, ...(uid && { uid }), ...(renderHash && { renderHash }), ...(appliedHash && { appliedHash }) }
}
