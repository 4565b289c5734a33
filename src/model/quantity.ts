import type { Json } from './json.ts'

/** Powers of ten in billionths of one. */
const DECIMAL: Readonly<Record<string, number>> = { n: 0, u: 3, m: 6, '': 9, k: 12, M: 15, G: 18, T: 21, P: 24, E: 27 }
const BINARY: Readonly<Record<string, bigint>> = { Ki: 1n, Mi: 2n, Gi: 3n, Ti: 4n, Pi: 5n, Ei: 6n }
const QUANTITY = /^([+-]?)(\d{1,30})(?:\.(\d{0,9}))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/

/** A Kubernetes quantity (`1`, `1000m`, `1.5Gi`, `1e3`) in billionths, exactly; undefined for what is none or too fine to tell. */
export function parseQuantity(value: Json | undefined): bigint | undefined {
  const match = QUANTITY.exec(typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', suffix = '', exponent] = match
  const digits = BigInt(whole + fraction)
  const binary = BINARY[suffix]
  const power = (binary === undefined ? (DECIMAL[suffix] as number) : 9) + Number(exponent ?? 0) - fraction.length
  const scaled = digits * (binary === undefined ? 1n : 1024n ** binary)
  if (power < 0) return undefined
  const amount = scaled * 10n ** BigInt(power)
  return sign === '-' ? -amount : amount
}
