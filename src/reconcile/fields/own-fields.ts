import { hash } from 'node:crypto'
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { isSecret, maskSecret } from '../../model/mask-secrets.ts'
import { objectsAt, textAt } from '../live/live-object.ts'
import { type PathStep, parseStep, printPath, stepInto } from './managed-path.ts'
import { fieldsOf, isOurs } from './own-entry.ts'

/** What one manager owns of an object: one entry of `metadata.managedFields`. */
export interface FieldOwner {
  readonly manager: string
  /** ISO 8601, when it last wrote. */
  readonly time: string | undefined
  readonly fields: JsonObject
  readonly ours: boolean
}

export function ownersOf(object: JsonObject): FieldOwner[] {
  return objectsAt(object, 'metadata', 'managedFields').map((entry) => ({
    manager: textAt(entry, 'manager') ?? '',
    time: textAt(entry, 'time'),
    fields: fieldsOf(entry),
    ours: isOurs(entry),
  }))
}

export interface FieldDifference {
  readonly steps: readonly PathStep[]
  readonly path: string
  readonly wanted: Json | undefined
  readonly found: Json | undefined
}

/** Our fields of `wanted` that `found` has otherwise. Something that is gone as a whole is one difference, not one for each part. */
export function ownDifferences(wanted: JsonObject, found: JsonObject): FieldDifference[] {
  return ourFields(wanted).flatMap((fields) => [...differences(fields, wanted, found, [])])
}

function* differences(
  fields: JsonObject,
  wanted: Json | undefined,
  found: Json | undefined,
  steps: readonly PathStep[],
): Generator<FieldDifference> {
  const parts = partsOf(fields)
  if (parts.length > 0 && found !== undefined) {
    for (const { step, part } of parts)
      yield* differences(part, stepInto(wanted, step), stepInto(found, step), [...steps, step])
  } else if (canonicalJson(wanted) !== canonicalJson(found)) {
    yield { steps, path: printPath(steps), wanted, found }
  }
}

function ourFields(object: JsonObject): JsonObject[] {
  return ownersOf(object)
    .filter((owner) => owner.ours)
    .map((owner) => owner.fields)
}

function partsOf(fields: JsonObject): { step: PathStep; part: JsonObject }[] {
  return Object.entries(fields).flatMap(([name, part]) => {
    const step = parseStep(name)
    return step ? [{ step, part: objectOf(part) }] : []
  })
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** True when this manager owns the field, or a part of it, or the whole it is a part of. */
export function owns(owner: FieldOwner, steps: readonly PathStep[]): boolean {
  let fields: JsonObject = owner.fields
  for (const step of steps) {
    const next = Object.entries(fields).find(([name]) => name !== '.' && sameStep(parseStep(name), step))?.[1]
    if (!isJsonObject(next)) return false
    if (Object.keys(next).length === 0) return true
    fields = next
  }
  return true
}

function sameStep(left: PathStep | undefined, right: PathStep): boolean {
  return left !== undefined && printPath([left]) === printPath([right])
}

/**
 * SHA-256 of our fields and their values as the server stores them. Compared only with the hash of an earlier answer of the server, so
 * defaults and spellings cancel out. Values of Secrets do not go in: a change of one by others shows as the loss of the field.
 */
export function ownFieldsHash(object: JsonObject): string {
  const values = isSecret(object) ? maskSecret(object) : object
  const text = ourFields(object)
    .map((fields) => printOwned(fields, values))
    .join('\n')
  return hexHash(text)
}

/** Every field of the set and its value, as the set is spelled: the server keeps that in order. Runs for each object and event. */
function printOwned(fields: JsonObject, value: Json | undefined): string {
  let text = ''
  for (const name of Object.keys(fields)) {
    const step = parseStep(name)
    if (!step) continue
    const below = value === undefined ? undefined : stepInto(value, step)
    const part = printOwned(objectOf(fields[name]), below)
    text += `${name}${part === '' ? `=${canonicalJson(below ?? null)}` : `{${part}}`};`
  }
  return text
}

/** 32 hex digits of the SHA-256 of a value, members in any order. */
export function shortHash(value: Json): string {
  return hexHash(canonicalJson(value))
}

/** 32 hex digits of the SHA-256 of a text. */
export function hexHash(text: string): string {
  return hash('sha256', text).slice(0, 32)
}
