import { isJsonObject, type Json } from '../json.ts'
import { foldKey } from './references.ts'

const FIELDS: ReadonlySet<string> = new Set(['resources', 'bases', 'components'].map(foldKey))

/** A kustomization's value with what it builds on replaced, text by text. */
export function rewriteReferences(value: Json, replaced: ReadonlyMap<string, string>): Json {
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).map(([key, member]) => {
    if (!FIELDS.has(foldKey(key)) || !Array.isArray(member)) return [key, member]
    return [key, member.map((item: Json) => (typeof item === 'string' ? (replaced.get(item) ?? item) : item))]
  })
  return Object.fromEntries(members)
}
