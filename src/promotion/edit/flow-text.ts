import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml'
import { isTextToAll, printScalarText } from './scalar-text.ts'

/** A value on one line that may stand in brackets. What is no text to all readers of YAML stays as it is written. */
export function flowText(document: Document, node: unknown): string {
  if (isAlias(node)) return flowText(document, node.resolve(document))
  if (isSeq(node)) return flowList(node.items.map((item) => flowText(document, item)))
  if (isMap(node))
    return flowMap(node.items.map(({ key, value }) => [flowText(document, key), flowText(document, value)]))
  if (!isScalar(node)) return 'null'
  if (isTextToAll(node)) return plainOrQuoted(node.value)
  return node.value === null ? 'null' : (node.source ?? String(node.value))
}

/** Of printed members. */
export function flowList(items: readonly string[]): string {
  return `[${items.join(', ')}]`
}

/** Of printed keys and values. */
export function flowMap(pairs: readonly (readonly [string, string])[]): string {
  return `{${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')}}`
}

export function plainOrQuoted(value: string): string {
  return printScalarText(value) ?? JSON.stringify(value)
}
