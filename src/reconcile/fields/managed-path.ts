import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../model/json.ts'

/** One step into an object, as managedFields names them. */
export type PathStep =
  | { readonly field: string }
  /** The item of a list whose key fields have these values. */
  | { readonly key: JsonObject }
  /** The item of a set that is this value. */
  | { readonly value: Json }
  | { readonly index: number }

/** `.spec.containers[name="app"].image`, as the API server spells fields in its conflicts. */
export function printPath(steps: readonly PathStep[]): string {
  return steps.map(printStep).join('')
}

function printStep(step: PathStep): string {
  if ('field' in step) return `.${step.field}`
  if ('index' in step) return `[${step.index}]`
  if ('value' in step) return `[=${canonicalJson(step.value)}]`
  const pairs = Object.keys(step.key).sort()
  return `[${pairs.map((name) => `${name}=${canonicalJson(step.key[name])}`).join(',')}]`
}

/** Reads a key of fieldsV1: `f:name`, `k:{"name":"app"}`, `v:"x"`, `i:0`; undefined for `.`, which stands for the value itself. */
export function parseStep(text: string): PathStep | undefined {
  const rest = text.slice(2)
  if (text.startsWith('f:')) return { field: rest }
  if (text.startsWith('k:')) return { key: JSON.parse(rest) as JsonObject }
  if (text.startsWith('v:')) return { value: JSON.parse(rest) as Json }
  if (text.startsWith('i:')) return { index: Number(rest) }
  return undefined
}

/** What one step leads to; undefined where there is nothing. */
export function stepInto(value: Json | undefined, step: PathStep): Json | undefined {
  if ('field' in step) return isJsonObject(value) ? value[step.field] : undefined
  if (!Array.isArray(value)) return undefined
  const items = value as readonly Json[]
  if ('index' in step) return items[step.index]
  if ('value' in step) return items.find((item) => canonicalJson(item) === canonicalJson(step.value))
  return items.find((item) => hasKey(item, step.key))
}

/** Key fields the item leaves out are taken as matching: the server fills in their defaults (`protocol: TCP`). */
function hasKey(item: Json, key: JsonObject): boolean {
  if (!isJsonObject(item)) return false
  const given = Object.keys(key).filter((name) => item[name] !== undefined)
  return given.length > 0 && given.every((name) => canonicalJson(item[name]) === canonicalJson(key[name]))
}

/**
 * True when `path`, as the API server spells it, leads to something in `object`. Field names may hold dots, so the object's own
 * names decide where one ends.
 */
export function hasPath(object: Json | undefined, path: string): boolean {
  if (path === '') return object !== undefined
  if (path.startsWith('[')) return bracketsOf(path).some(([step, rest]) => hasPath(stepInto(object, step), rest))
  if (!isJsonObject(object)) return false
  const names = Object.keys(object).filter((name) => object[name] !== undefined)
  return names.some((name) => isNext(path, name) && hasPath(object[name], path.slice(name.length + 1)))
}

function isNext(path: string, name: string): boolean {
  const end = path[name.length + 1]
  return path.startsWith(`.${name}`) && (end === undefined || end === '.' || end === '[')
}

/** The step in brackets at the start of `path` and what follows it; none where the text is not understood. */
function bracketsOf(path: string): [PathStep, string][] {
  const match = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path)
  const step = match && parseBracket(match[1] ?? '')
  return match && step ? [[step, path.slice(match[0].length)]] : []
}

function parseBracket(text: string): PathStep | undefined {
  if (/^\d+$/.test(text)) return { index: Number(text) }
  try {
    if (text.startsWith('=')) return { value: JSON.parse(text.slice(1)) as Json }
    const pairs = [...text.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)]
    return { key: Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, JSON.parse(value) as Json])) }
  } catch {
    return undefined
  }
}
