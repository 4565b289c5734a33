import { isScalar, parseDocument, Scalar } from 'yaml'

/**
 * `value` as YAML text in the style of the scalar it replaces (`PLAIN` where there is none). Quoted whenever YAML 1.1 (what Go reads)
 * or YAML 1.2 would take the plain text for anything but this string. Undefined for block scalars, which are not rewritten.
 */
export function printScalarText(value: string, style: Scalar.Type = Scalar.PLAIN): string | undefined {
  if (style === Scalar.QUOTE_SINGLE && /^[\x20-\x7e\u00a0-\ud7ff]*$/.test(value))
    return `'${value.replaceAll("'", "''")}'`
  if (style === Scalar.BLOCK_LITERAL || style === Scalar.BLOCK_FOLDED) return undefined
  if (style === Scalar.PLAIN && isPlainSafe(value)) return value
  return JSON.stringify(value)
}

/** True for a scalar that every reader of YAML takes for a text: not `on`, `0755` or `1.10` without quotes. */
export function isTextToAll(node: unknown): node is Scalar<string> {
  if (!isScalar(node) || typeof node.value !== 'string') return false
  return node.type !== Scalar.PLAIN || !MAY_BE_OTHER.test(node.value) || isPlainSafe(node.value)
}

const MAY_BE_OTHER = /^(?:[-+.\d]|(?:y|n|yes|no|on|off|true|false|null|~)$)/i

/** True when the text alone, in a map, in a list and in flow style is read as this very string by both versions of YAML. */
export function isPlainSafe(value: string): boolean {
  if (!/^[\w./][^\n\r\t]*$/.test(value)) return false
  return (['1.1', '1.2'] as const).every((version) =>
    [value, `[${value}]`, `{k: ${value}}`, `k: ${value} # comment`, `- ${value}`].every((text) =>
      readsAs(text, version, value),
    ),
  )
}

function readsAs(text: string, version: '1.1' | '1.2', value: string): boolean {
  const document = parseDocument(text, { version, prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length > 0 || document.warnings.length > 0) return false
  const read: unknown = isScalar(document.contents) ? document.contents.value : Object.values(Object(document.toJS()))
  return Array.isArray(read) ? read.length === 1 && read[0] === value : read === value
}
