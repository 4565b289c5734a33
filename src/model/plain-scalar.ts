import type { Json } from './json.ts'

/**
 * What an unquoted YAML scalar means to Kubernetes: sigs.k8s.io/yaml, which kubectl, the API server and kustomize read with,
 * follows YAML 1.1 for `on`, `y`, `0644` and `1_000`, but leaves times (`2026-01-01`) and base-60 numbers (`1:30`) as text.
 * Answers undefined for `.nan` and `.inf`, which JSON cannot hold.
 */
export function plainScalar(text: string): Json | undefined {
  if (WORDS.has(text)) return WORDS.get(text)
  if (!/^[-+.\d]/.test(text)) return text
  if (NOT_FINITE.test(text)) return undefined
  if (/^\.\d/.test(text)) return float(text) ?? text
  if (!/^[-+\d]/.test(text)) return text
  const digits = text.replaceAll('_', '')
  return integer(digits) ?? float(digits) ?? text
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
])

const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const SHORT_INTEGER = /^(?:0|[1-9]\d{0,14})$/
const INTEGER = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

function integer(digits: string): number | bigint | undefined {
  if (SHORT_INTEGER.test(digits)) return Number(digits)
  const match = INTEGER.exec(digits)
  if (!match) return undefined
  const [, sign, magnitude = ''] = match
  const value = BigInt(magnitude.replace(/^0(?=[0-7])/, '0o'))
  const signed = sign === '-' ? -value : value
  if (signed > MAX_UINT64 || signed < MIN_INT64) return undefined
  if (sign === '+' && signed > MAX_INT64) return undefined
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
}

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_INT64 = 2n ** 63n - 1n
const MIN_INT64 = -(2n ** 63n)

/** The value that its JSON is read as: `1e17` becomes a whole number on its way to the server, and there is no -0. */
function float(digits: string): number | bigint | undefined {
  const value = FLOAT.test(digits) ? Number(digits) : Number.NaN
  if (!Number.isFinite(value)) return undefined
  const json = String(value)
  return /^-?\d+$/.test(json) && !Number.isSafeInteger(value) ? BigInt(json) : value + 0
}
