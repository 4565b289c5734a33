import { resourceId } from '../../model/resource-key.ts'
import type { Inventory, InventoryRecord } from './inventory.ts'
import { printRecord } from './record-line.ts'

/**
 * What to store when somebody else wrote between our read (`base`) and our write: their change of a record or of the revision wins
 * over ours, which is older; everything that only one of us changed is kept. No object is forgotten unless the only one who changed its
 * record did so.
 */
export function mergeInventories(base: Inventory, ours: Inventory, theirs: Inventory): Inventory {
  const ids = new Set([...ours.records.keys(), ...theirs.records.keys()])
  const records = new Map<string, InventoryRecord>()
  for (const id of ids) {
    const record = mergeRecords(base.records.get(id), ours.records.get(id), theirs.records.get(id))
    if (record) records.set(resourceId(record.key), record)
  }
  const { flaw: _, stored: __, ...head } = revisionMoved(base, theirs) ? theirs : ours
  return { ...head, records, ...(theirs.stored && { stored: theirs.stored }) }
}

function mergeRecords(
  base: InventoryRecord | undefined,
  ours: InventoryRecord | undefined,
  theirs: InventoryRecord | undefined,
): InventoryRecord | undefined {
  if (sameRecord(base, theirs)) return ours
  if (sameRecord(base, ours)) return theirs
  return theirs ?? ours
}

/**
 * Somebody else worked on the target: its revision or an object of it is neither as in `base` nor as we wrote or meant to write it. An
 * answer may be lost after the server did what we asked, so finding our own write again says nothing of others.
 */
export function hasMoved(base: Inventory, ours: Inventory, theirs: Inventory): boolean {
  const news = HEAD.some((field) => theirs[field] !== base[field] && theirs[field] !== ours[field])
  if (news) return true
  if (sameRecords(base.records, theirs.records) || sameRecords(ours.records, theirs.records)) return false
  return [...new Set([...base.records.keys(), ...theirs.records.keys()])].some((id) => {
    const record = theirs.records.get(id)
    return !sameRecord(record, base.records.get(id)) && !sameRecord(record, ours.records.get(id))
  })
}

const HEAD = ['attempted', 'revision', 'renderDigest'] as const

function revisionMoved(base: Inventory, theirs: Inventory): boolean {
  return HEAD.some((field) => base[field] !== theirs[field])
}

export function sameRecords(left: Inventory['records'], right: Inventory['records']): boolean {
  if (left === right) return true
  return left.size === right.size && [...left].every(([id, record]) => sameRecord(record, right.get(id)))
}

function sameRecord(left: InventoryRecord | undefined, right: InventoryRecord | undefined): boolean {
  if (left === right) return true
  return left !== undefined && right !== undefined && printRecord(left) === printRecord(right)
}
