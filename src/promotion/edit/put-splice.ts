import { type Document, isMap, isScalar, type Node } from 'yaml'
import type { Fragment, Splice, ValuePlace } from './edit.ts'
import { existing, isInBrackets } from './found-place.ts'
import {
  type BlockMap,
  columnOf,
  contentEnd,
  dashIndent,
  isBlockCollection,
  isBlockText,
  isEmptyValue,
  startOf,
  valueEnd,
  type YamlPair,
} from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { indented, lineBreak, lineEnd, lineStart } from './yaml-lines.ts'

/** Replaces the value at a place by a fragment. Comments inside the old value go with it; the one beside its key stays. */
export function putValue(text: string, document: Document, place: ValuePlace, fragment: Fragment): Splice {
  const { node, pair } = existing(document, place)
  if (node && 'tag' in node && node.tag) throw new NotEditable('the value carries a tag', startOf(node))
  if (isInBrackets(document, place.path)) return putInBrackets(node, fragment)
  if (pair) return putBesideKey(text, document, pair, fragment)
  if (!node || place.path.length === 0) throw new NotEditable('nothing that can be replaced stands here', startOf(node))
  return putBesideDash(text, node, fragment)
}

function putInBrackets(node: Node | null, { flow }: Fragment): Splice {
  if (!node || isEmptyValue(node)) throw new NotEditable('an empty value stands here', startOf(node))
  return { start: startOf(node), end: valueEnd(node), text: flow }
}

/** From the key's colon to the end of the value's last line. */
function putBesideKey(text: string, document: Document, pair: YamlPair, fragment: Fragment): Splice {
  const colon = colonEnd(text, pair)
  const { gap, rest, between, end } = surroundings(text, pair.value, colon)
  const eol = lineBreak(text)
  const key = columnOf(text, startOf(pair.key))
  if (fragment.layout === 'below') {
    const lines = indented(fragment.lines, blockColumn(text, document, pair, fragment))
    return { start: colon, end, text: `${rest}${between}${eol}${lines.join(eol)}` }
  }
  const [first = '', ...more] = [fragment.lines[0] ?? '', ...indented(fragment.lines.slice(1), key)]
  const written = /^[|>]/.test(first) ? [first + rest, ...more].join(eol) : [first, ...more].join(eol) + rest
  return { start: colon, end, text: `${gap}${written}${between}` }
}

interface Surroundings {
  /** Between the colon and the value. */
  readonly gap: string
  /** What stands beside the value that is not part of it: spaces and a comment. */
  readonly rest: string
  /** Lines of comments between the key and the first line of its block. */
  readonly between: string
  readonly end: number
}

function surroundings(text: string, node: Node | null, colon: number): Surroundings {
  const keyLine = lineEnd(text, colon)
  if (!node || isEmptyValue(node)) return { gap: ' ', rest: text.slice(colon, keyLine), between: '', end: keyLine }
  const start = startOf(node)
  const end = contentEnd(text, valueEnd(node))
  if (isBlockCollection(node)) {
    const before = lineStart(text, start)
    const between = text.slice(keyLine, before).replace(/\r?\n$/, '')
    return { gap: ' ', rest: text.slice(colon, keyLine), between, end }
  }
  const gap = text.slice(colon, start)
  if (!isBlockText(node)) return { gap, rest: text.slice(valueEnd(node), end), between: '', end }
  const header = text.slice(start, lineEnd(text, start))
  return { gap, rest: header.replace(/^[|>][-+\d]*/, ''), between: '', end }
}

/** Where the block's lines begin: where the old ones did, if that is right of the key; a list may also stand below it. */
function blockColumn(text: string, document: Document, pair: YamlPair, { lines }: Fragment): number {
  const key = columnOf(text, startOf(pair.key))
  const isList = lines[0]?.startsWith('-') ?? false
  if (isBlockCollection(pair.value)) {
    const old = columnOf(text, startOf(pair.value))
    if (old > key || isList) return old
  }
  const top = document.contents
  if (isList && isMap(top) && !top.flow) return key + dashIndent(text, top as BlockMap).length
  return key + 2
}

function colonEnd(text: string, { key }: YamlPair): number {
  const end = key.range?.[1] ?? 0
  const [colon] = /^[ \t]*:/.exec(text.slice(end, end + 100)) ?? []
  if (!isScalar(key) || !colon) throw new NotEditable('the key is not written as `key:`', startOf(key))
  return end + colon.length
}

/** From an entry's first character to the end of its last line. */
function putBesideDash(text: string, node: Node, { layout, lines }: Fragment): Splice {
  const start = startOf(node)
  const dash = start - (/- +$/.exec(text.slice(lineStart(text, start), start))?.[0].length ?? 0)
  if (dash === start) throw new NotEditable('the list entry does not begin beside its dash', start)
  const last = contentEnd(text, valueEnd(node))
  const end = isBlockCollection(node) || isBlockText(node) ? last : valueEnd(node)
  if (lines.length > 1 && text.slice(end, last).trim() !== '')
    throw new NotEditable('a comment stands beside the value', start)
  const column = columnOf(text, layout === 'below' ? start : dash)
  return { start, end, text: [lines[0] ?? '', ...indented(lines.slice(1), column)].join(lineBreak(text)) }
}
