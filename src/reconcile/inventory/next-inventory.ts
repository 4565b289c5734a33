import type { JsonObject } from '../../model/json.ts'
import type { Applied } from '../apply/apply-object.ts'
import type { Rehearsal } from '../apply/rehearsal.ts'
import { PRUNE_ANNOTATION } from '../labels.ts'
import { annotationOf } from '../live/live-object.ts'
import type { StaleObject } from '../pass/sync-plan.ts'
import type { Inventory, InventoryRecord } from './inventory.ts'

/** Old and new objects together, written before the first write: whatever happens then, nothing of ours is forgotten. */
export function writtenAhead(inventory: Inventory, rehearsals: readonly Rehearsal[]): Inventory {
  const records = new Map(inventory.records)
  for (const { action, result, replaces } of rehearsals) {
    const { id, key } = action.object
    // What is deleted to be made again must be made again, whatever a later commit says about it.
    if (result === 'apply' && (replaces !== undefined || !records.has(id))) records.set(id, { key })
  }
  return { ...inventory, records }
}

/** Applied objects with their new hashes, and with what Git says about pruning them. */
export function afterApply(
  inventory: Inventory,
  applied: readonly Applied[],
  rehearsals: readonly Rehearsal[],
): Inventory {
  const objects = new Map(rehearsals.map(({ action }) => [action.object.id, action.object]))
  const records = new Map<string, InventoryRecord>(inventory.records)
  for (const { id, record } of applied) records.set(id, { ...record, ...pruneWordOf(objects.get(id)?.body ?? {}) })
  return { ...inventory, records }
}

function pruneWordOf(body: JsonObject): Pick<InventoryRecord, 'prune'> {
  const prune = annotationOf(body, PRUNE_ANNOTATION)
  return prune === 'disabled' || prune === 'allowed' ? { prune } : {}
}

/** Objects that left Git are marked by the absence of a render hash. Written ahead and never seen, they do not exist. */
export function leftGit(inventory: Inventory, stale: readonly StaleObject[]): Inventory {
  const records = new Map<string, InventoryRecord>(inventory.records)
  for (const { id, record, live } of stale) {
    const { renderHash: _, appliedHash: __, ...known } = record
    const uid = record.uid ?? live?.uid
    if (uid === undefined) records.delete(id)
    else records.set(id, { ...known, uid })
  }
  return { ...inventory, records }
}

export function afterPrune(inventory: Inventory, gone: readonly StaleObject[]): Inventory {
  const records = new Map(inventory.records)
  for (const { id } of gone) records.delete(id)
  return { ...inventory, records }
}

/** Objects of these uids (by `resourceId`) did not go by themselves, so they are missed. */
export function withoutFleeting(inventory: Inventory, ended: ReadonlyMap<string, string>): Inventory {
  const records = new Map<string, InventoryRecord>(inventory.records)
  for (const [id, uid] of ended) {
    const known = records.get(id)
    if (known?.uid !== uid) continue
    const { fleeting: _, ...record } = known
    records.set(id, record)
  }
  return { ...inventory, records }
}
