import { isJsonObject, type Json, type JsonObject } from './json.ts'

/** Deep equality; the order of members does not matter, the order of items does. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equalJson(item, b[i]))
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  return memberNames(a, b).every((name) => equalJson(member(a, name), member(b, name)))
}

/** A member of its own: a key called `constructor` must not find what every object inherits. */
export function member(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Names in either object: the first one's in their order, then what only the second has. */
export function memberNames(a: JsonObject, b: JsonObject): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
}

/** Text, number or truth value. */
export function isScalar(value: Json | undefined): value is string | number | bigint | boolean {
  return value !== undefined && value !== null && typeof value !== 'object'
}
