import { isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { NotEditable } from './not-editable.ts'
import { lineEnd, lineStart, nextLine } from './yaml-lines.ts'

/** Where what a node says begins and ends in its file's text. Offsets are UTF-16 units; columns count from 0. */

export type BlockMap = YAMLMap<Node, Node | null>
export type YamlPair = Pair<Node, Node | null>

export function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0
}

/** End of what a node says, without the comments and blank lines after it. Blocks of text end after their last newline. */
export function valueEnd(node: Node | null | undefined): number {
  if (isMap(node) && !node.flow && node.items.length > 0) return pairEnd(node.items.at(-1) as YamlPair)
  if (isSeq(node) && !node.flow && node.items.length > 0) return valueEnd(node.items.at(-1) as Node)
  return node?.range?.[1] ?? 0
}

export function pairEnd(pair: YamlPair | undefined): number {
  if (!pair) return 0
  const value = pair.value
  return value?.range ? valueEnd(value) : (pair.key.range?.[1] ?? 0)
}

/** Start of the line after the one on which `end` closes. */
export function wholeLinesEnd(text: string, end: number): number {
  return text[end - 1] === '\n' ? end : nextLine(text, end)
}

/** End of the last line of what closes at `end`, before its line break. */
export function contentEnd(text: string, end: number): number {
  if (text[end - 1] !== '\n') return lineEnd(text, end)
  return text[end - 2] === '\r' ? end - 2 : end - 1
}

/** A byte order mark takes no column. */
export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset)
  return offset - start - (start === 0 && text.startsWith('\ufeff') ? 1 : 0)
}

/** A map or list written over lines of its own, not in brackets. */
export function isBlockCollection(node: Node | null): node is BlockMap | YAMLSeq<Node> {
  return (isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0
}

export function isBlockText(node: Node | null): boolean {
  return isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)
}

/** `key:` with nothing after it. */
export function isEmptyValue(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null && !node.source)
}

/** `  - ` before a list's entry; the entry must begin on its dash's line. */
export function dashPrefix(text: string, item: Node): string {
  const start = startOf(item)
  const prefix = text.slice(lineStart(text, start), start)
  if (!/^ *- +$/.test(prefix)) throw new NotEditable('the list entry shares its line with something else', start)
  return prefix
}

/** How far this map's lists stand to the right of their keys: this file's own habit. */
export function dashIndent(text: string, map: BlockMap): string {
  const lists = map.items.map(({ value }) => value).filter((value) => isSeq(value) && !value.flow)
  const first = startOf((lists[0] as YAMLSeq<Node> | undefined)?.items[0] ?? null)
  return /^ */.exec(lists.length > 0 ? text.slice(lineStart(text, first)) : '')?.[0] ?? ''
}
