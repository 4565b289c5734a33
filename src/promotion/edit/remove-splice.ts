import { type Document, isMap, isScalar, isSeq, type Node, type YAMLSeq } from 'yaml'
import type { Splice, ValuePlace } from './edit.ts'
import { existing, mapAt } from './found-place.ts'
import { type BlockMap, dashPrefix, pairEnd, startOf, valueEnd, wholeLinesEnd } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { findNode } from './yaml-file.ts'
import { lineStart } from './yaml-lines.ts'

/** Takes a key and its value out of a map, with their lines where they have lines of their own. */
export function removeKey(text: string, document: Document, place: ValuePlace, key: string): Splice {
  return withoutKey(text, mapAt(document, place), key)
}

function withoutKey(text: string, map: BlockMap, key: string): Splice {
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
  if (text.slice(line, start).trim() === '') return { start: line, end: wholeLinesEnd(text, pairEnd(pair)), text: '' }
  if (!next) throw new NotEditable(`${key} shares its line with something else`, start)
  return { start, end: startOf(next.key), text: '' }
}

/** Takes an entry out of a list; the list and its key go with the last one. */
export function removeItem(text: string, document: Document, place: ValuePlace): Splice {
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
  dashPrefix(text, node)
  return { start: lineStart(text, startOf(node)), end: wholeLinesEnd(text, valueEnd(node)), text: '' }
}

function removeList(text: string, document: Document, path: ValuePlace['path']): Splice {
  const holder = findNode(document, path.slice(0, -1))
  if (!isMap(holder?.node)) throw new NotEditable('the list is not the value of a key', 0)
  return withoutKey(text, holder.node as BlockMap, String(path.at(-1)))
}
