import { diffArrays } from 'diff'
import { type ItemKey, type PathStep, printItemKey } from './field-path.ts'
import { canonicalJson, isJsonObject, type Json, type JsonObject } from './json.ts'
import { equalJson, member, memberNames } from './json-equal.ts'
import { commonKey, type KeyedList } from './list-keys.ts'

export type Verb = 'added' | 'removed' | 'changed'

/** One difference between two values. Applied to `before`, all of them together give `after` exactly. */
export interface FieldChange {
  /** Indexes are those of the list before, except for added items: theirs is the one after. */
  readonly steps: readonly PathStep[]
  readonly verb: Verb
  readonly before?: Json
  readonly after?: Json
  /** Where an added item of a keyed list stands afterwards. */
  readonly at?: number
  /** The list holds the same items in another order: the order afterwards, added items left out. */
  readonly order?: readonly ItemKey[]
}

/** Lists that differ in more places than this are reported as replaced. */
const MOST_EDITS = 400

/** Lists are compared by Kubernetes' merge keys where both sides have them, else by their longest common run of items. */
export function diffFields(
  before: Json | undefined,
  after: Json | undefined,
  steps: readonly PathStep[] = [],
): FieldChange[] {
  if (equalJson(before, after)) return []
  if (before === undefined) return [{ steps, verb: 'added', after }]
  if (after === undefined) return [{ steps, verb: 'removed', before }]
  if (isJsonObject(before) && isJsonObject(after)) return diffMembers(before, after, steps)
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, steps)
  return [{ steps, verb: 'changed', before, after }]
}

function diffMembers(before: JsonObject, after: JsonObject, steps: readonly PathStep[]): FieldChange[] {
  return memberNames(before, after).flatMap((name) =>
    diffFields(member(before, name), member(after, name), [...steps, name]),
  )
}

function diffLists(before: readonly Json[], after: readonly Json[], steps: readonly PathStep[]): FieldChange[] {
  const keyed = commonKey(before, after)
  return keyed ? diffKeyed(before, after, steps, keyed) : diffInOrder(before, after, steps)
}

function diffKeyed(
  before: readonly Json[],
  after: readonly Json[],
  steps: readonly PathStep[],
  keyed: KeyedList,
): FieldChange[] {
  const old = new Map(before.map((item) => [keyed.id(item), item]))
  const now = new Map(after.map((item) => [keyed.id(item), item]))
  const kept = before.flatMap((item) => diffFields(item, now.get(keyed.id(item)), [...steps, keyed.key(item)]))
  const added = after.flatMap((item, at): FieldChange[] =>
    old.has(keyed.id(item)) ? [] : [{ steps: [...steps, keyed.key(item)], verb: 'added', after: item, at }],
  )
  const orderBefore = before.filter((item) => now.has(keyed.id(item))).map(keyed.key)
  const orderAfter = after.filter((item) => old.has(keyed.id(item))).map(keyed.key)
  return [...kept, ...added, ...reordered(orderBefore, orderAfter, steps)]
}

function reordered(before: readonly ItemKey[], after: readonly ItemKey[], steps: readonly PathStep[]): FieldChange[] {
  if (equalJson(before, after)) return []
  return [{ steps, verb: 'changed', before: before.map(printItemKey), after: after.map(printItemKey), order: after }]
}

function diffInOrder(before: readonly Json[], after: readonly Json[], steps: readonly PathStep[]): FieldChange[] {
  const parts = diffArrays(before.map(canonicalJson), after.map(canonicalJson), { maxEditLength: MOST_EDITS })
  if (!parts) return [{ steps, verb: 'changed', before, after }]
  const changes: FieldChange[] = []
  let from = 0
  let to = 0
  for (const gap of gaps(parts)) {
    const removed = before.slice(from + gap.same, from + gap.same + gap.removed)
    const added = after.slice(to + gap.same, to + gap.same + gap.added)
    from += gap.same
    to += gap.same
    changes.push(...diffGap(removed, added, from, to, steps))
    from += gap.removed
    to += gap.added
  }
  return changes
}

/** As many items gone as come: they are taken for the same ones, changed. */
function diffGap(
  removed: readonly Json[],
  added: readonly Json[],
  from: number,
  to: number,
  steps: readonly PathStep[],
): FieldChange[] {
  if (removed.length === added.length) {
    return removed.flatMap((item, i) => diffFields(item, added[i], [...steps, from + i]))
  }
  return [
    ...removed.map((before, i): FieldChange => ({ steps: [...steps, from + i], verb: 'removed', before })),
    ...added.map((after, i): FieldChange => ({ steps: [...steps, to + i], verb: 'added', after })),
  ]
}

interface Gap {
  same: number
  removed: number
  added: number
}

function gaps(parts: readonly { count: number; added: boolean; removed: boolean }[]): Gap[] {
  const found: Gap[] = [{ same: 0, removed: 0, added: 0 }]
  for (const part of parts) {
    const last = found.at(-1) as Gap
    if (part.added) last.added += part.count
    else if (part.removed) last.removed += part.count
    else found.push({ same: part.count, removed: 0, added: 0 })
  }
  return found
}
