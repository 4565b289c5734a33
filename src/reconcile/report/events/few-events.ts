import { type ResourceKey, resourceLabel } from '../../../model/resource-key.ts'
import { EVENT_REASONS, type EventNote } from './event-note.ts'

/** Of one reason in one pass. */
const MOST_ALIKE = 3

/**
 * At most three notes of a reason, the most urgent reasons first: where there are more, two objects have their own, and the rest is one
 * note about the inventory.
 */
export function fewEvents(notes: readonly EventNote[], inventory: ResourceKey): EventNote[] {
  const alike = Map.groupBy(notes, ({ reason }) => reason)
  const reasons = Object.keys(EVENT_REASONS) as EventNote['reason'][]
  return reasons.flatMap((reason) => summed(alike.get(reason) ?? [], inventory))
}

function summed(notes: readonly EventNote[], inventory: ResourceKey): readonly EventNote[] {
  if (notes.length <= MOST_ALIKE) return notes
  const own = notes.slice(0, MOST_ALIKE - 1)
  const [first, ...more] = notes.slice(MOST_ALIKE - 1) as [EventNote, ...EventNote[]]
  const message = `${resourceLabel(first.regarding.key)} and ${more.length} more: ${first.message}`
  return [...own, { reason: first.reason, message, regarding: { key: inventory } }]
}
