import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar } from 'yaml'
import { isTextToAll } from '../edit/scalar-text.ts'
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
  if (isTextToAll(inside)) {
    const shape = isBlock(inside) ? 'block text' : 'text'
    return { value: scalarText(document, inside) ?? '', line, named: { yaml, shape } }
  }
  if (isSeq(inside) && inside.items.length > 0 && inside.items.every((item) => isTextToAll(item) && !isBlock(item)))
    return {
      value: inside.items.map((item) => scalarText(document, item as Node) ?? ''),
      line,
      named: { yaml, shape: 'texts' },
    }
  return { value: meaning(document, inside), line, named: { yaml, shape: 'structure' } }
}

function isBlock(node: unknown): boolean {
  return isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)
}

/** Equal where two values mean the same, however they are written: keys sorted, texts quoted, numbers and the like as they stand. */
export function meaning(document: Document, node: unknown): string {
  if (isAlias(node)) return meaning(document, node.resolve(document))
  if (isSeq(node)) return `[${node.items.map((item) => meaning(document, item)).join(', ')}]`
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => `${meaning(document, key)}: ${meaning(document, value)}`)
    return `{${pairs.toSorted().join(', ')}}`
  }
  if (!isScalar(node)) return 'null'
  return isTextToAll(node) ? JSON.stringify(node.value) : (node.source ?? String(node.value))
}
