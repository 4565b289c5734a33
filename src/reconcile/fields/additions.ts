import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { objectsAt, textAt } from '../live/live-object.ts'
import { type FieldSet, only, partOf, unionOf, without } from './field-set.ts'
import { type PathStep, parseStep, printPath, stepInto } from './managed-path.ts'
import { fieldsOf, isOurs } from './own-entry.ts'
import { type Pointer, pointerOf } from './pointer.ts'

/** Something a person put into an object of ours that neither Git nor a controller has a say in. */
export interface Addition {
  readonly steps: readonly PathStep[]
  /** As fieldsV1 spells the steps. */
  readonly names: readonly string[]
  readonly path: string
  readonly pointer: Pointer
  readonly value: Json
  readonly manager: string
  /** ISO 8601, when that manager last wrote. */
  readonly time: string | undefined
}

/** Maps whose keys are each somebody's own. */
const KEYED = new Set(['f:labels', 'f:annotations'])
/** Notes of tools about themselves, restarts, and our own wishes, which people may set by hand. */
const NOTES = /^f:(?:kubectl\.kubernetes\.io|deployment\.kubernetes\.io|lockstep\.dev)\//

/** What people added, whole list items and fields at a time, in the order of their managers' entries; the newest writer of each. */
export function peoplesAdditions(object: JsonObject, isPerson: (manager: string) => boolean): Addition[] {
  const entries = objectsAt(object, 'metadata', 'managedFields')
  const byPeople = entries.filter((entry) => isByPerson(entry, isPerson))
  if (byPeople.length === 0) return []
  const others = entries.filter((entry) => !byPeople.includes(entry)).map(fieldsOf)
  const found = byPeople.flatMap((entry) =>
    [...added(fieldsOf(entry), others, object, [])].map((one) => ({
      ...one,
      pointer: pointerOf(one.steps, object),
      manager: textAt(entry, 'manager') ?? '',
      time: textAt(entry, 'time'),
    })),
  )
  const newest = new Map<string, Addition>()
  for (const one of found.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? ''))) newest.set(one.path, one)
  return [...newest.values()]
}

function isByPerson(entry: JsonObject, isPerson: (manager: string) => boolean): boolean {
  return !entry.subresource && isPerson(textAt(entry, 'manager') ?? '')
}

type Found = Omit<Addition, 'manager' | 'time' | 'pointer'>

function* added(set: FieldSet, others: readonly FieldSet[], value: Json, at: readonly string[]): Generator<Found> {
  for (const name of Object.keys(set)) {
    const step = parseStep(name)
    const below = step && stepInto(value, step)
    if (below === undefined || isNote(at, name)) continue
    const names = [...at, name]
    const sharing = others.flatMap((other) => (name in other ? [partOf(other, name)] : []))
    const part = partOf(set, name)
    const inParts = Object.keys(part).some((child) => child !== '.')
    if (inParts && (sharing.length > 0 || KEYED.has(name) || at.length === 0)) yield* added(part, sharing, below, names)
    else if (sharing.length === 0 && !isEmptied(part, below)) yield toFound(names, below)
  }
}

/** A map or list they made and that nothing is left of. */
function isEmptied(part: FieldSet, value: Json): boolean {
  return '.' in part && isJsonObject(value) && Object.keys(value).length === 0
}

/** Status and what the server says about an object are nobody's addition. */
function isNote(at: readonly string[], name: string): boolean {
  if (at.length === 0) return name === 'f:status'
  if (at.length === 1 && at[0] === 'f:metadata') return !KEYED.has(name)
  return KEYED.has(at.at(-1) ?? '') && NOTES.test(name)
}

function toFound(names: readonly string[], value: Json): Found {
  const steps = names.flatMap((name) => parseStep(name) ?? [])
  return { names, steps, path: printPath(steps), value }
}

/**
 * `metadata.managedFields` with these additions made ours: the next apply, which does not have them, takes them out of the object. Fields
 * of another apiVersion than our entry's stay where they are.
 */
export function claimed(object: JsonObject, additions: readonly Addition[]): JsonObject[] {
  const entries = objectsAt(object, 'metadata', 'managedFields')
  const ours = entries.find(isOurs)
  if (!ours) return [...entries]
  const paths = additions.map(({ names }) => names)
  const managers = new Set(additions.map(({ manager }) => manager))
  const theirs = entries.filter(
    (entry) =>
      !entry.subresource && managers.has(textAt(entry, 'manager') ?? '') && entry.apiVersion === ours.apiVersion,
  )
  const union = theirs.reduce((all, entry) => unionOf(all, only(fieldsOf(entry), paths)), fieldsOf(ours))
  return entries.flatMap((entry) => {
    if (entry === ours) return [{ ...entry, fieldsV1: union }]
    if (!theirs.includes(entry)) return [entry]
    const left = without(fieldsOf(entry), paths)
    return Object.keys(left).length > 0 ? [{ ...entry, fieldsV1: left }] : []
  })
}
