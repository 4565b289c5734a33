import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'

/** The value at a path of plain field names; undefined where a step is missing. */
export function valueAt(object: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = object
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined
  return value
}

export function objectAt(object: Json | undefined, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(object, ...path)
  return isJsonObject(value) ? value : undefined
}

export function textAt(object: Json | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, ...path)
  return typeof value === 'string' ? value : undefined
}

/** Integers of any size; undefined for everything else. */
export function numberAt(object: Json | undefined, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, ...path)
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
}

/** Empty where there is no list. */
export function listAt(object: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const value = valueAt(object, ...path)
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

export function objectsAt(object: Json | undefined, ...path: readonly string[]): readonly JsonObject[] {
  return listAt(object, ...path).filter((item): item is JsonObject => isJsonObject(item))
}

/** Key of an object that carries `apiVersion`, `kind` and `metadata`. */
export function keyOf(object: JsonObject): ResourceKey {
  const [first = '', second] = String(object.apiVersion ?? '').split('/')
  const [group, version] = second === undefined ? ['', first] : [first, second]
  const namespace = textAt(object, 'metadata', 'namespace')
  const name = textAt(object, 'metadata', 'name') ?? ''
  return { group, version, kind: String(object.kind ?? ''), ...(namespace && { namespace }), name }
}

export function uidOf(object: JsonObject): string | undefined {
  return textAt(object, 'metadata', 'uid')
}

export function labelOf(object: JsonObject, name: string): string | undefined {
  return textAt(object, 'metadata', 'labels', name)
}

export function annotationOf(object: JsonObject, name: string): string | undefined {
  return textAt(object, 'metadata', 'annotations', name)
}

export interface Condition {
  readonly status: string
  readonly reason: string
  readonly message: string
}

export function conditionOf(object: JsonObject, type: string): Condition | undefined {
  const found = objectsAt(object, 'status', 'conditions').find((condition) => condition.type === type)
  return (
    found && {
      status: String(found.status ?? 'Unknown'),
      reason: String(found.reason ?? ''),
      message: String(found.message ?? ''),
    }
  )
}
