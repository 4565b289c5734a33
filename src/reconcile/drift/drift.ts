import { canonicalJson, type Json, type JsonObject } from '../../model/json.ts'
import { isSecret, MASKED, type Mask } from '../../model/mask-secrets.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import type { DriftEntry } from '../../model/target-status.ts'
import type { Addition } from '../fields/additions.ts'
import type { PathStep } from '../fields/managed-path.ts'
import { type FieldDifference, type FieldOwner, ownDifferences, ownersOf, owns } from '../fields/own-fields.ts'
import { type Pointer, pointerOf } from '../fields/pointer.ts'

const LONGEST = 200
export const ABSENT = '(absent)'

/** A drift entry whose start may still be unknown: managedFields do not tell who removed something, or when. */
export type FoundDrift = Omit<DriftEntry, 'since'> & { readonly since?: string }

/** A field that is not as Git has it, and who wrote it: not known for what somebody removed. */
export interface ForeignField extends FieldDifference {
  readonly pointer: Pointer
  readonly manager?: string
  /** ISO 8601. */
  readonly time?: string
}

/**
 * Fields we applied that others changed or took away. `answer` is what the server says a forced apply would give (a dry run), so both
 * sides are spelled by the server. A field that is still ours was written by us and is never drift.
 */
export function lostFields(live: JsonObject, answer: JsonObject): ForeignField[] {
  const owners = ownersOf(live)
  const ours = owners.filter((owner) => owner.ours)
  const lost = ownDifferences(answer, live).filter(({ steps }) => !ours.some((owner) => owns(owner, steps)))
  return lost.map((difference) => {
    const writer = difference.found === undefined ? undefined : newestWriter(owners, difference.steps)
    return {
      ...difference,
      pointer: pointerOf(difference.steps, difference.found === undefined ? answer : live),
      ...(writer && { manager: writer.manager }),
      ...(writer?.time && { time: writer.time }),
    }
  })
}

/**
 * Fields that are still ours stand otherwise than an apply would leave them. Nobody else wrote that, so it is no drift: a worker that was
 * stopped in the middle of a write, and went on after another had taken over; or an apply is under way elsewhere.
 */
export function isLateWrite(live: JsonObject, answer: JsonObject): boolean {
  return ownDifferences(live, answer).length > 0
}

/** What people put in, as fields that Git wants absent. */
export function addedFields(additions: readonly Addition[]): ForeignField[] {
  return additions.map(({ steps, path, pointer, value, manager, time }) => {
    return { steps, path, pointer, wanted: undefined, found: value, manager, ...(time && { time }) }
  })
}

/** For people. What stands under `data` of a Secret is hidden, whatever it is. */
export function toFoundDrift(key: ResourceKey, live: JsonObject, field: ForeignField, mask: Mask): FoundDrift {
  const { text } = isSecret(live) ? secretMask(mask, field) : mask
  return {
    object: resourceLabel(key),
    ...(key.namespace && { namespace: key.namespace }),
    path: field.path,
    desired: text(printValue(field.wanted)),
    live: text(printValue(field.found)),
    ...(field.manager && { manager: field.manager }),
    ...(field.time && { since: field.time }),
  }
}

function secretMask(mask: Mask, { path }: FieldDifference): Mask {
  return /^\.(data|stringData)\b/.test(path) ? { text: (text) => (text === ABSENT ? text : MASKED) } : mask
}

function newestWriter(owners: readonly FieldOwner[], steps: readonly PathStep[]): FieldOwner | undefined {
  const writers = owners.filter((owner) => !owner.ours && owns(owner, steps))
  return writers.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1)
}

/** An object that was applied and is gone, or does not carry our label any more. */
export function missingDrift(key: ResourceKey, live: JsonObject | undefined): FoundDrift {
  const state = live ? 'present, without the label of its target' : 'missing'
  return {
    object: resourceLabel(key),
    ...(key.namespace && { namespace: key.namespace }),
    path: '',
    desired: 'present',
    live: state,
  }
}

/** Strings as they are, other values as JSON, cut where they are long. */
function printValue(value: Json | undefined): string {
  if (value === undefined) return ABSENT
  const text = typeof value === 'string' ? value : canonicalJson(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** Entries keep the time they were first seen: by their writer's time, else by what was known before, else `now` (ISO 8601). */
export function withSince(found: readonly FoundDrift[], known: readonly DriftEntry[], now: string): DriftEntry[] {
  const before = new Map(known.map((entry) => [driftId(entry), entry.since]))
  return found.map((entry) => ({ ...entry, since: entry.since ?? before.get(driftId(entry)) ?? now }))
}

/** Same for the same field of the same object with the same live value. */
export function driftId(entry: FoundDrift): string {
  return [entry.namespace ?? '', entry.object, entry.path, entry.live, entry.manager ?? ''].join('\n')
}
