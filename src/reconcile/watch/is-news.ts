import type { Inventory } from '../inventory/inventory.ts'
import { isRewritten } from '../live/live-record.ts'
import type { LiveChange } from '../live/record-store.ts'
import { isSuspect } from '../pass/sync-plan.ts'

/** Whether this change makes another status of its target: found out from hashes, without a look. */
export function isNews({ id, before, after }: LiveChange, inventory: Inventory | undefined): boolean {
  const record = inventory?.records.get(id)
  if (!record) return false
  if (!before || !after || before.uid !== after.uid) return true
  if (before.health.health !== after.health.health || before.health.message !== after.health.message) return true
  return isRewritten(before, after) && (isSuspect(record, before) || isSuspect(record, after))
}
