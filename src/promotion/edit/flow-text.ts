import { isJsonObject, type Json } from '../../model/json.ts'
import { printScalarText } from './scalar-text.ts'

/** A value on one line that stands in brackets as well as outside of them. */
export function flowText(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item)).join(', ')}]`
  if (isJsonObject(value)) {
    const pairs = Object.entries(value).map(([key, member]) => `${plainOrQuoted(key)}: ${flowText(member)}`)
    return `{${pairs.join(', ')}}`
  }
  return typeof value === 'string' ? plainOrQuoted(value) : String(value ?? null)
}

export function plainOrQuoted(value: string): string {
  return printScalarText(value) ?? JSON.stringify(value)
}
