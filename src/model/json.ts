/** A YAML or JSON value. Integers outside the safe range of a number are bigint, so nothing is ever rounded. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON text with keys in the given order; bigint printed exactly. `undefined` members are left out. */
export function printJson(value: Json | undefined): string {
  try {
    return JSON.stringify(value ?? null)
  } catch {
    return printExactly(value)
  }
}

/** JSON's own printer refuses bigint. */
function printExactly(value: Json | undefined): string {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[${value.map((item) => printExactly(item)).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value ?? null)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${printExactly(member)}`).join(',')}}`
}

/** JSON text with sorted keys: equal values give equal text, so it can be hashed. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return typeof value === 'bigint' ? value.toString() : JSON.stringify(value ?? null)
  let members = ''
  for (const key of Object.keys(value).sort()) {
    if (value[key] === undefined) continue
    members += `${members && ','}${JSON.stringify(key)}:${canonicalJson(value[key])}`
  }
  return `{${members}}`
}

/** Reads JSON text; integers outside the safe range become bigint. Throws SyntaxError. */
export function parseJson(text: string): Json {
  return (hasLongInteger.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text)) as Json
}

const hasLongInteger = /[:[,\s]-?\d{16}/

function exactInteger(_key: string, value: unknown, context?: { source: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !context) return value
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}
