import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar } from 'yaml'
import { isPlainSafe } from '../edit/scalar-text.ts'
import { findNode, scalarText, type YamlFile, type YamlPath } from '../edit/yaml-file.ts'
import type { CarriedField } from './carried-field.ts'

/** The value at a path as text, list of texts, or structure. Undefined where nothing stands. */
export function namedValue(
  yaml: YamlFile,
  index: number,
  path: YamlPath,
): (Required<Pick<CarriedField, 'named' | 'value'>> & { readonly line: number }) | undefined {
  const document = yaml.documents[index]
  const node = document && findNode(document, path)?.node
  if (!document || !node) return undefined
  const line = yaml.lineAt(node.range?.[0] ?? 0)
  const inside = isAlias(node) ? (node.resolve(document) ?? node) : node
  if (isText(inside)) {
    const shape = isBlock(inside) ? 'block text' : 'text'
    return { value: scalarText(document, inside) ?? '', line, named: { yaml, shape } }
  }
  if (isSeq(inside) && inside.items.length > 0 && inside.items.every((item) => isText(item) && !isBlock(item)))
    return {
      value: inside.items.map((item) => scalarText(document, item as Node) ?? ''),
      line,
      named: { yaml, shape: 'texts' },
    }
  return { value: meaning(document, inside), line, named: { yaml, shape: 'structure' } }
}

/** A text for every reader of YAML; `on`, `0755` and `1.10` without quotes are not. */
function isText(node: unknown): node is Scalar<string> {
  if (!isScalar(node) || typeof node.value !== 'string') return false
  return node.type !== Scalar.PLAIN || !MAY_BE_OTHER.test(node.value) || isPlainSafe(node.value)
}

const MAY_BE_OTHER = /^(?:[-+.\d]|(?:y|n|yes|no|on|off|true|false|null|~)$)/i

function isBlock(node: unknown): boolean {
  return isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)
}

/** Equal where two values mean the same, however they are written: keys sorted, texts quoted, numbers and the like as they stand. */
function meaning(document: Document, node: unknown): string {
  if (isAlias(node)) return meaning(document, node.resolve(document))
  if (isSeq(node)) return `[${node.items.map((item) => meaning(document, item)).join(', ')}]`
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => `${meaning(document, key)}: ${meaning(document, value)}`)
    return `{${pairs.toSorted().join(', ')}}`
  }
  if (!isScalar(node)) return 'null'
  return isText(node) ? JSON.stringify(node.value) : (node.source ?? String(node.value))
}
