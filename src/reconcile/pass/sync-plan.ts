import type { IgnoreRule } from '../../config/repository-config.ts'
import { type DesiredObject, secretValuesDiffer } from '../desired/desired.ts'
import { isIgnored, rulesFor } from '../drift/ignore-rules.ts'
import { hasGoneByItself, type Inventory, type InventoryRecord, isWanted } from '../inventory/inventory.ts'
import type { LiveRecord } from '../live/live-record.ts'

/**
 * What a look at hashes says about one desired object; no request is needed for it.
 * `unchanged`: nothing to send · `create`: not seen among our objects · `changed`: Git has something new · `suspect`: Git has not, but our
 * fields are not as they were applied, or the object is gone: a dry run tells what drifted.
 */
export type SyncVerb = 'unchanged' | 'create' | 'changed' | 'suspect'

export interface SyncAction {
  readonly verb: SyncVerb
  readonly object: DesiredObject
  /** Absent where no object carries our label; one without it may exist. */
  readonly live?: LiveRecord
  readonly record?: InventoryRecord
  /** Git has nothing new for it, but for its definition: the server is asked whether it still takes it. */
  readonly recheck?: boolean
}

export interface StaleObject {
  readonly id: string
  readonly record: InventoryRecord
  /** Absent where no object carries our label any more: nothing is to be deleted. */
  readonly live?: LiveRecord
}

export interface SyncPlan {
  readonly actions: readonly SyncAction[]
  /** In the inventory, but not in Git any more. */
  readonly stale: readonly StaleObject[]
}

/** Compares desired state, inventory and the live objects that carry our label (by `resourceId`). */
export function planSync(
  desired: readonly DesiredObject[],
  inventory: Inventory,
  live: ReadonlyMap<string, LiveRecord>,
  ignore: readonly IgnoreRule[] = [],
): SyncPlan {
  const wanted = new Set(desired.map((object) => object.id))
  const stale = [...inventory.records].filter(([id]) => !wanted.has(id))
  return {
    actions: desired.map((object) => toAction(object, ignore, inventory.records.get(object.id), live.get(object.id))),
    stale: stale.map(([id, record]) => ({ id, record, ...liveOf(live.get(id)) })),
  }
}

function toAction(
  object: DesiredObject,
  ignore: readonly IgnoreRule[],
  record?: InventoryRecord,
  live?: LiveRecord,
): SyncAction {
  return { verb: verbFor(object, ignore, record, live), object, ...liveOf(live), ...(record && { record }) }
}

function liveOf(live: LiveRecord | undefined): { live?: LiveRecord } {
  return live ? { live } : {}
}

function verbFor(
  object: DesiredObject,
  ignore: readonly IgnoreRule[],
  record?: InventoryRecord,
  live?: LiveRecord,
): SyncVerb {
  const applied = record?.appliedHash !== undefined && record.renderHash === object.renderHash
  if (!live && applied) return hasGoneByItself(record) ? 'unchanged' : 'suspect'
  if (!live) return 'create'
  if (!applied) return 'changed'
  if (record.uid !== live.uid || record.appliedHash !== live.ownHash) return 'suspect'
  if (secretValuesDiffer(object, live)) return 'changed'
  return addedTo(live, rulesFor(object.key, ignore)) ? 'suspect' : 'unchanged'
}

/** People put something in that no rule ignores. */
function addedTo({ additions = [] }: LiveRecord, rules: readonly IgnoreRule[]): boolean {
  return additions.some((addition) => !isIgnored(addition, rules))
}

/** Records of objects that Git had and that are not as they were applied, without knowing what Git wants now. */
export function suspects(inventory: Inventory, live: ReadonlyMap<string, LiveRecord>): InventoryRecord[] {
  return [...inventory.records].flatMap(([id, record]) => (isSuspect(record, live.get(id)) ? [record] : []))
}

/** Git had it, and it is not as it was applied. */
export function isSuspect(record: InventoryRecord, live: LiveRecord | undefined): boolean {
  if (!isWanted(record) || record.appliedHash === undefined || live?.disabled) return false
  if (!live) return !hasGoneByItself(record)
  return record.uid !== live.uid || record.appliedHash !== live.ownHash || live.additions !== undefined
}
