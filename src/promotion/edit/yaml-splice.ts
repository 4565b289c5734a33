import { type Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Edit, Splice, ValuePlace } from './edit.ts'
import { printScalarText } from './scalar-text.ts'
import { type Found, findNode, type YamlFile } from './yaml-file.ts'
import { insertLines, lineStart, nextLine } from './yaml-lines.ts'

/** Why an edit cannot be made without touching anything else, and where. */
export class NotEditable extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'NotEditable'
    this.offset = offset
  }
}

/** The one replacement of text that makes the edit. Throws NotEditable. Inline values are the caller's business. */
export function spliceFor(yaml: YamlFile, edit: Edit): Splice {
  const document = yaml.documents[edit.place.document]
  if (!document) throw new NotEditable('the document is not there', 0)
  switch (edit.kind) {
    case 'set':
      return replaceScalar(existing(document, edit.place), edit.value)
    case 'add-key':
      return addKey(yaml.text, mapAt(document, edit.place), edit.key, edit.value)
    case 'remove-key':
      return removeKey(yaml.text, mapAt(document, edit.place), edit.key)
    case 'add-item':
      return addItem(yaml.text, document, edit.place, edit.item)
    case 'remove-item':
      return removeItem(yaml.text, document, edit.place)
  }
}

function existing(document: Document, { path }: ValuePlace): Found {
  const found = findNode(document, path)
  if (!found) throw new NotEditable(`${path.join('.')} is not there`, 0)
  if (found.throughAlias) throw new NotEditable('the value is written as an alias', startOf(found.node))
  if (found.node && 'anchor' in found.node && found.node.anchor)
    throw new NotEditable(`the value carries the anchor &${found.node.anchor}`, startOf(found.node))
  return found
}

function mapAt(document: Document, place: ValuePlace): YAMLMap<Node, Node | null> {
  const { node } = existing(document, place)
  if (!isMap(node) || node.items.length === 0) throw new NotEditable('no map with keys stands here', startOf(node))
  return node as YAMLMap<Node, Node | null>
}

function replaceScalar({ node }: Found, value: string): Splice {
  if (!isScalar(node) || !node.range) throw new NotEditable('the value is not a scalar', startOf(node))
  const text = printScalarText(value, node.type as Scalar.Type | undefined)
  if (text === undefined) throw new NotEditable('the value is a block of text', startOf(node))
  return { start: node.range[0], end: node.range[1], text }
}

function addKey(text: string, map: YAMLMap<Node, Node | null>, key: string, value: string): Splice {
  const last = map.items.at(-1)
  const end = pairEnd(last)
  const line = `${key}: ${plainOrQuoted(value)}`
  if (map.flow) return { start: end, end, text: `, ${line}` }
  const at = nextLine(text, end)
  const first = startOf(map.items[0]?.key ?? null)
  const indent = ' '.repeat(first - lineStart(text, first) - byteOrderMark(text, first))
  return { start: at, end: at, text: insertLines(text, at, [indent + line]) }
}

function removeKey(text: string, map: YAMLMap<Node, Node | null>, key: string): Splice {
  const index = map.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key)
  const pair = map.items[index]
  if (!pair) throw new NotEditable(`${key} is not there`, startOf(map))
  if (map.items.length === 1) throw new NotEditable(`${key} is the only key here`, startOf(map))
  const start = startOf(pair.key)
  const next = map.items[index + 1]
  if (map.flow) {
    if (next) return { start, end: startOf(next.key), text: '' }
    return { start: pairEnd(map.items[index - 1]), end: pairEnd(pair), text: '' }
  }
  const line = lineStart(text, start)
  if (text.slice(line, start).trim() === '') return { start: line, end: nextLine(text, pairEnd(pair)), text: '' }
  if (!next) throw new NotEditable(`${key} shares its line with something else`, start)
  return { start, end: startOf(next.key), text: '' }
}

function addItem(text: string, document: Document, place: ValuePlace, item: Item): Splice {
  const found = findNode(document, place.path)
  if (!found?.pair && place.path.length === 1) return addList(text, document, String(place.path[0]), item)
  const { node, pair } = existing(document, place)
  if (pair && isEmptyValue(node)) return fillList(text, document, pair, item)
  if (!isSeq(node)) throw new NotEditable('no list stands here', startOf(node))
  const list = node as YAMLSeq<Node>
  const last = list.items.at(-1)
  if (!last) return { start: startOf(list), end: list.range?.[1] ?? 0, text: `[${flowItem(item)}]` }
  if (list.flow) return { start: valueEnd(last), end: valueEnd(last), text: `, ${flowItem(item)}` }
  const prefix = dashPrefix(text, last)
  const at = nextLine(text, Math.max(startOf(last), valueEnd(last) - (text[valueEnd(last) - 1] === '\n' ? 1 : 0)))
  return { start: at, end: at, text: insertLines(text, at, blockItem(prefix, item)) }
}

/** The whole list, at the end of the file's top map, with dashes indented as this file does it. */
function addList(text: string, document: Document, key: string, item: Item): Splice {
  const top = document.contents
  if (!isMap(top) || top.items.length === 0) throw new NotEditable('the file holds no map', 0)
  const map = top as YAMLMap<Node, Node | null>
  const end = pairEnd(map.items.at(-1))
  if (map.flow) return { start: end, end, text: `, ${key}: [${flowItem(item)}]` }
  const at = text[end - 1] === '\n' ? end : nextLine(text, end)
  const lines = [`${key}:`, ...blockItem(`${dashIndent(text, map)}- `, item)]
  return { start: at, end: at, text: insertLines(text, at, lines) }
}

/** `images:` with nothing after it. */
function fillList(text: string, document: Document, pair: Pair<Node, Node | null>, item: Item): Splice {
  const top = document.contents
  if (!isMap(top) || top.flow) throw new NotEditable('an empty value stands here', startOf(pair.key))
  const at = nextLine(text, pairEnd(pair))
  const prefix = `${dashIndent(text, top as YAMLMap<Node, Node | null>)}- `
  return { start: at, end: at, text: insertLines(text, at, blockItem(prefix, item)) }
}

function isEmptyValue(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null && !node.source)
}

function removeItem(text: string, document: Document, place: ValuePlace): Splice {
  const { node } = existing(document, place)
  const index = place.path.at(-1)
  const listPath = place.path.slice(0, -1)
  const holder = existing(document, { ...place, path: listPath })
  if (!isSeq(holder.node) || typeof index !== 'number' || !node) throw new NotEditable('no list entry stands here', 0)
  const list = holder.node as YAMLSeq<Node>
  if (list.items.length === 1) return removeList(text, document, listPath)
  if (list.flow) {
    const next = list.items[index + 1]
    if (next) return { start: startOf(node), end: startOf(next), text: '' }
    return { start: valueEnd(list.items[index - 1]), end: valueEnd(node), text: '' }
  }
  const start = startOf(node)
  dashPrefix(text, node)
  return { start: lineStart(text, start), end: wholeLinesEnd(text, valueEnd(node)), text: '' }
}

function removeList(text: string, document: Document, path: ValuePlace['path']): Splice {
  const holder = findNode(document, path.slice(0, -1))
  if (!isMap(holder?.node)) throw new NotEditable('the list is not the value of a key', 0)
  return removeKey(text, holder.node as YAMLMap<Node, Node | null>, String(path.at(-1)))
}

type Item = Readonly<Record<string, string>> | string

function blockItem(prefix: string, item: Item): string[] {
  if (typeof item === 'string') return [prefix + plainOrQuoted(item)]
  const indent = ' '.repeat(prefix.length)
  return Object.entries(item).map(([key, value], i) => `${i === 0 ? prefix : indent}${key}: ${plainOrQuoted(value)}`)
}

function flowItem(item: Item): string {
  if (typeof item === 'string') return plainOrQuoted(item)
  const pairs = Object.entries(item).map(([key, value]) => `${key}: ${plainOrQuoted(value)}`)
  return `{${pairs.join(', ')}}`
}

function plainOrQuoted(value: string): string {
  return printScalarText(value, Scalar.PLAIN) ?? JSON.stringify(value)
}

/** `  - ` before a list's entry; the entry must begin on its dash's line. */
function dashPrefix(text: string, item: Node): string {
  const start = startOf(item)
  const prefix = text.slice(lineStart(text, start), start)
  if (!/^ *- +$/.test(prefix)) throw new NotEditable('the list entry shares its line with something else', start)
  return prefix
}

function dashIndent(text: string, map: YAMLMap<Node, Node | null>): string {
  const lists = map.items.map(({ value }) => value).filter((value) => isSeq(value) && !value.flow)
  const first = startOf((lists[0] as YAMLSeq<Node> | undefined)?.items[0] ?? null)
  return /^ */.exec(lists.length > 0 ? text.slice(lineStart(text, first)) : '')?.[0] ?? ''
}

function pairEnd(pair: Pair<Node, Node | null> | undefined): number {
  if (!pair) return 0
  const value = pair.value
  return value?.range ? valueEnd(value) : (pair.key.range?.[1] ?? 0)
}

/** End of what a node says, without the comments and blank lines after it. */
function valueEnd(node: Node | null | undefined): number {
  if (isMap(node) && !node.flow && node.items.length > 0) return pairEnd(node.items.at(-1) as Pair<Node, Node | null>)
  if (isSeq(node) && !node.flow && node.items.length > 0) return valueEnd(node.items.at(-1) as Node)
  return node?.range?.[1] ?? 0
}

function wholeLinesEnd(text: string, end: number): number {
  return text[end - 1] === '\n' ? end : nextLine(text, end)
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0
}

function byteOrderMark(text: string, offset: number): number {
  return lineStart(text, offset) === 0 && text.startsWith('\ufeff') ? 1 : 0
}
