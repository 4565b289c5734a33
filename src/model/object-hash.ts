import { hash } from 'node:crypto'
import { canonicalJson, type JsonObject } from './json.ts'

const known = new WeakMap<JsonObject, string>()

/** SHA-256 (hex) of an object, its members in any order. Found out once for each object, which must not change. */
export function objectHash(object: JsonObject): string {
  const before = known.get(object)
  if (before !== undefined) return before
  const found = hash('sha256', canonicalJson(object))
  known.set(object, found)
  return found
}
