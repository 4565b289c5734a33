import type { ItemKey } from './field-path.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { member } from './json-equal.ts'

interface ListKey {
  readonly fields: readonly string[]
  /** What the API server fills in where the field is missing. */
  readonly defaults?: Readonly<Record<string, string>>
}

/** The fields by which Kubernetes tells items of a list apart, the most telling first. */
const KNOWN_KEYS: readonly ListKey[] = [
  { fields: ['name'] },
  { fields: ['containerPort', 'protocol'], defaults: { protocol: 'TCP' } },
  { fields: ['port', 'protocol'], defaults: { protocol: 'TCP' } },
  { fields: ['mountPath'] },
  { fields: ['devicePath'] },
  { fields: ['key'] },
  { fields: ['topologyKey', 'whenUnsatisfiable'] },
  { fields: ['type'] },
  { fields: ['ip'] },
  { fields: ['host'] },
  { fields: ['path'] },
  { fields: ['uid'] },
  { fields: ['id'] },
]

/** Reads the key of an item; the text is equal exactly for equal keys. */
export interface KeyedList {
  key(item: Json): ItemKey
  id(item: Json): string
}

/** The first known key that every item of both lists has and that is unique in each; undefined where there is none. */
export function commonKey(before: readonly Json[], after: readonly Json[]): KeyedList | undefined {
  if (![...before, ...after].every(isJsonObject)) return undefined
  const known = KNOWN_KEYS.find((key) => isUnique(key, before as JsonObject[]) && isUnique(key, after as JsonObject[]))
  if (!known) return undefined
  const key = (item: Json) => readKey(known, item as JsonObject) as ItemKey
  return { key, id: (item) => printKey(key(item)) }
}

function isUnique(known: ListKey, items: readonly JsonObject[]): boolean {
  const keys = items.map((item) => readKey(known, item)).filter((key) => key !== undefined)
  return keys.length === items.length && new Set(keys.map(printKey)).size === items.length
}

function readKey(known: ListKey, item: JsonObject): ItemKey | undefined {
  const entries = known.fields.map((field) => [field, member(item, field) ?? known.defaults?.[field]] as const)
  const scalar = entries.every(([, value]) => value !== undefined && value !== null && typeof value !== 'object')
  return scalar ? (Object.fromEntries(entries) as ItemKey) : undefined
}

function printKey(key: ItemKey): string {
  return Object.values(key)
    .map((value) => `${typeof value}:${value}`)
    .join('\0')
}
