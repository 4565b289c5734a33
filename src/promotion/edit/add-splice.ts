import { type Document, isMap, isSeq, type Node, type YAMLSeq } from 'yaml'
import type { Edit, Fragment, Splice, ValuePlace } from './edit.ts'
import { flowMap, plainOrQuoted } from './flow-text.ts'
import { existing, isInBrackets, mapAt } from './found-place.ts'
import {
  type BlockMap,
  columnOf,
  dashIndent,
  dashPrefix,
  isEmptyValue,
  pairEnd,
  startOf,
  valueEnd,
  wholeLinesEnd,
  type YamlPair,
} from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { findNode } from './yaml-file.ts'
import { indented, insertLines } from './yaml-lines.ts'

/** Adds `key` as the last one of a map that has keys. */
export function addKey(
  text: string,
  document: Document,
  place: ValuePlace,
  key: string,
  value: string | Fragment,
): Splice {
  const map = mapAt(document, place)
  const end = pairEnd(map.items.at(-1))
  const name = plainOrQuoted(key)
  if (map.flow) return at(end, `, ${name}: ${typeof value === 'string' ? plainOrQuoted(value) : value.flow}`)
  const line = wholeLinesEnd(text, end)
  const lines = keyLines(name, value, dashIndent(text, map).length)
  return at(line, insertLines(text, line, indented(lines, columnOf(text, startOf(map.items[0]?.key)))))
}

function keyLines(name: string, value: string | Fragment, dashes: number): string[] {
  if (typeof value === 'string') return [`${name}: ${plainOrQuoted(value)}`]
  const { layout, lines } = value
  if (layout === 'below') return [`${name}:`, ...indented(lines, lines[0]?.startsWith('-') ? dashes : 2)]
  return [`${name}: ${lines[0] ?? ''}`, ...lines.slice(1)]
}

/** Adds an entry as the last one of a list; makes the list where the top of the file has none. */
export function addItem(
  text: string,
  document: Document,
  place: ValuePlace,
  item: Extract<Edit, { kind: 'add-item' }>['item'],
): Splice {
  if (typeof item === 'string') {
    const flow = plainOrQuoted(item)
    return addToList(text, document, place, { layout: 'below', lines: [flow], flow, value: item })
  }
  const pairs = Object.entries(item).map(([key, value]) => [plainOrQuoted(key), plainOrQuoted(value)] as const)
  const lines = pairs.map(([key, value]) => `${key}: ${value}`)
  return addToList(text, document, place, { layout: 'below', lines, flow: flowMap(pairs), value: item })
}

/** Adds a fragment as the last entry of a list. */
export function putItem(text: string, document: Document, place: ValuePlace, fragment: Fragment): Splice {
  return addToList(text, document, place, fragment)
}

function addToList(text: string, document: Document, place: ValuePlace, item: Fragment): Splice {
  const found = findNode(document, place.path)
  if (!found?.pair && place.path.length === 1) return addList(text, document, String(place.path[0]), item)
  const { node, pair } = existing(document, place)
  if (pair && isEmptyValue(node)) return fillList(text, document, place, pair, item)
  if (!isSeq(node)) throw new NotEditable('no list stands here', startOf(node))
  const list = node as YAMLSeq<Node>
  const last = list.items.at(-1)
  if (!last) return { start: startOf(list), end: list.range?.[1] ?? 0, text: `[${item.flow}]` }
  if (list.flow) return at(valueEnd(last), `, ${item.flow}`)
  const line = wholeLinesEnd(text, Math.max(startOf(last), valueEnd(last)))
  return at(line, insertLines(text, line, itemLines(dashPrefix(text, last), item)))
}

/** The whole list, at the end of the file's top map, with dashes indented as this file does it. */
function addList(text: string, document: Document, key: string, item: Fragment): Splice {
  const top = document.contents
  if (!isMap(top) || top.items.length === 0) throw new NotEditable('the file holds no map', 0)
  const map = top as BlockMap
  const end = pairEnd(map.items.at(-1))
  if (map.flow) return at(end, `, ${key}: [${item.flow}]`)
  const line = wholeLinesEnd(text, end)
  return at(line, insertLines(text, line, [`${key}:`, ...itemLines(`${dashIndent(text, map)}- `, item)]))
}

/** `images:` with nothing after it. */
function fillList(text: string, document: Document, { path }: ValuePlace, pair: YamlPair, item: Fragment): Splice {
  const top = document.contents
  if (!isMap(top) || isInBrackets(document, path))
    throw new NotEditable('an empty value stands here', startOf(pair.key))
  const line = wholeLinesEnd(text, pairEnd(pair))
  const indent = ' '.repeat(columnOf(text, startOf(pair.key))) + dashIndent(text, top as BlockMap)
  return at(line, insertLines(text, line, itemLines(`${indent}- `, item)))
}

/** Lines of a map or list stand below their first one; those of other values are indented from the dash. */
function itemLines(prefix: string, { layout, lines }: Fragment): string[] {
  const column = layout === 'below' ? prefix.length : prefix.indexOf('-')
  return [prefix + (lines[0] ?? ''), ...indented(lines.slice(1), column)]
}

function at(offset: number, text: string): Splice {
  return { start: offset, end: offset, text }
}
