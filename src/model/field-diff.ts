import { type ItemKey, type PathStep, printItemKey } from './field-path.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { equalJson, member, memberNames } from './json-equal.ts'
import { gapsBetween } from './list-gaps.ts'
import { commonKey, type KeyedList } from './list-keys.ts'
import type { ListSchema } from './list-schema.ts'

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

/**
 * What makes `after` of `before`, in their own order; empty for equal values. Lists are compared by the keys of `schema`, else by a
 * field that tells their items apart, else by their longest common run of items.
 */
export function diffFields(before: Json | undefined, after: Json | undefined, schema?: ListSchema): FieldChange[] {
  const changes: FieldChange[] = []
  compare(before, after, { schema, changes })
  return changes
}

/** Where a comparison stands. Steps are written out only for what differs. */
interface Place {
  readonly parent?: Place
  readonly step?: PathStep
  readonly schema: ListSchema | undefined
  readonly changes: FieldChange[]
}

function compare(before: Json | undefined, after: Json | undefined, place: Place): void {
  if (before === after) return
  if (isJsonObject(before) && isJsonObject(after)) compareMembers(before, after, place)
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, place)
  else report(place, before, after)
}

function report({ changes, ...place }: Omit<Place, 'schema'>, before: Json | undefined, after: Json | undefined): void {
  const steps = stepsTo(place)
  if (before === undefined) changes.push({ steps, verb: 'added', after: after as Json })
  else if (after === undefined) changes.push({ steps, verb: 'removed', before })
  else changes.push({ steps, verb: 'changed', before, after })
}

function compareMembers(before: JsonObject, after: JsonObject, place: Place): void {
  for (const name of memberNames(before, after)) {
    const [old, now] = [member(before, name), member(after, name)]
    if (old !== now) compare(old, now, inside(place, name, place.schema?.member(name)))
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], place: Place): void {
  if (before.length === after.length && equalJson(before, after)) return
  const keyed = commonKey(before, after, place.schema?.rule)
  if (keyed) compareKeyed(before, after, keyed, place)
  else compareInOrder(before, after, place)
}

function compareKeyed(before: readonly Json[], after: readonly Json[], keyed: KeyedList, place: Place): void {
  const items = place.schema?.items
  const old = new Map(before.map((item) => [keyed.id(item), item]))
  const now = new Map(after.map((item) => [keyed.id(item), item]))
  for (const [id, item] of old) {
    if (item !== now.get(id)) compare(item, now.get(id), inside(place, keyed.key(item), items))
  }
  after.forEach((item, at) => {
    if (old.has(keyed.id(item))) return
    place.changes.push({ steps: [...stepsTo(place), keyed.key(item)], verb: 'added', after: item, at })
  })
  const kept = before.filter((item) => now.has(keyed.id(item)))
  const ordered = after.filter((item) => old.has(keyed.id(item)))
  if (kept.some((item, i) => keyed.id(item) !== keyed.id(ordered[i] as Json))) {
    reorder(kept.map(keyed.key), ordered.map(keyed.key), place)
  }
}

function reorder(before: readonly ItemKey[], order: readonly ItemKey[], place: Place): void {
  const [old, now] = [before.map(printItemKey), order.map(printItemKey)]
  place.changes.push({ steps: stepsTo(place), verb: 'changed', before: old, after: now, order })
}

function compareInOrder(before: readonly Json[], after: readonly Json[], place: Place): void {
  const gaps = gapsBetween(before, after)
  if (!gaps) {
    report(place, before, after)
    return
  }
  const at = (index: number) => inside(place, index, place.schema?.items)
  for (const { from, to, removed, added } of gaps) {
    if (removed === added) {
      // As many items gone as come: they are taken for the same ones, changed.
      for (let i = 0; i < removed; i++) compare(before[from + i], after[to + i], at(from + i))
      continue
    }
    for (let i = 0; i < removed; i++) report(at(from + i), before[from + i], undefined)
    for (let i = 0; i < added; i++) report(at(to + i), undefined, after[to + i])
  }
}

function inside(parent: Place, step: PathStep, schema: ListSchema | undefined): Place {
  return { parent, step, schema, changes: parent.changes }
}

function stepsTo(place: Pick<Place, 'parent' | 'step'>): PathStep[] {
  const steps: PathStep[] = []
  for (let at: typeof place | undefined = place; at?.step !== undefined; at = at.parent) steps.push(at.step)
  return steps.reverse()
}
