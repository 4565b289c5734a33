import { type ItemKey, VALUE } from './field-path.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { isScalar, member } from './json-equal.ts'
import type { ListRule } from './list-schema.ts'

/** Reads the key of an item; the text is equal exactly for equal keys. */
export interface KeyedList {
  key(item: Json): ItemKey
  id(item: Json): string
}

/**
 * What tells the items of two lists apart: the schema's keys, else a field that every item has and that is unique in each list.
 * Undefined where there is none; then only their order is left.
 */
export function commonKey(before: readonly Json[], after: readonly Json[], rule?: ListRule): KeyedList | undefined {
  if (rule === 'set') return isSet(before) && isSet(after) ? BY_VALUE : undefined
  if (!before.every(isJsonObject) || !after.every(isJsonObject)) return undefined
  const fits = (key: ListKey) => isUnique(key, before) && isUnique(key, after)
  if (rule && fits(rule)) return keyedBy(rule)
  const telling = [...TELLING, ...scalarFields(before)].find((key) => fits(key) && isKept(key, before, after))
  return telling && keyedBy(telling)
}

type ListKey = Exclude<ListRule, 'set'>

/** Where no schema is known: custom resources often hold what Kubernetes' own kinds hold. The most telling first. */
const TELLING: readonly ListKey[] = [
  [{ field: 'name' }],
  [{ field: 'containerPort' }, { field: 'protocol', missing: 'TCP' }],
  [{ field: 'port' }, { field: 'protocol', missing: 'TCP' }],
  ...['mountPath', 'devicePath', 'key', 'id', 'ip', 'host', 'path', 'uid', 'type'].map((field) => [{ field }]),
]

/** Any other field might do; nobody names more of them. */
const MOST_FIELDS = 16

function scalarFields([first]: readonly JsonObject[]): ListKey[] {
  const names = Object.keys(first ?? {}).filter((name) => isScalar(first?.[name]))
  return names.slice(0, MOST_FIELDS).map((field) => [{ field }])
}

function isUnique(key: ListKey, items: readonly JsonObject[]): boolean {
  const ids = new Set<string>()
  return items.every((item) => {
    const id = printId(key, item)
    if (id === undefined || ids.has(id)) return false
    ids.add(id)
    return true
  })
}

/** A guessed key that most items have lost is a value that was edited. A name never is. */
function isKept(key: ListKey, before: readonly JsonObject[], after: readonly JsonObject[]): boolean {
  if (key[0]?.field === 'name') return true
  const ids = new Set(before.map((item) => printId(key, item)))
  const kept = after.filter((item) => ids.has(printId(key, item))).length
  return kept * 2 > Math.min(before.length, after.length)
}

function keyedBy(key: ListKey): KeyedList {
  return {
    key: (item) => Object.fromEntries(key.map((part) => [part.field, read(part, item as JsonObject) as Json])),
    id: (item) => printId(key, item as JsonObject) as string,
  }
}

function printId(key: ListKey, item: JsonObject): string | undefined {
  let id = ''
  for (const part of key) {
    const value = read(part, item)
    if (!isScalar(value)) return undefined
    id += `${typeof value}:${value}\0`
  }
  return id
}

function read({ field, missing }: ListKey[number], item: JsonObject): Json | undefined {
  return member(item, field) ?? missing
}

const BY_VALUE: KeyedList = { key: (item) => ({ [VALUE]: item }), id: valueId }

function isSet(items: readonly Json[]): boolean {
  return items.every(isScalar) && new Set(items.map(valueId)).size === items.length
}

function valueId(item: Json): string {
  return `${typeof item}:${item}`
}
