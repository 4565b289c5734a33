import { type Document, isScalar, isSeq, type Node, type Scalar, type YAMLSeq } from 'yaml'
import type { Splice, ValuePlace } from './edit.ts'
import { flowList, plainOrQuoted } from './flow-text.ts'
import { existing } from './found-place.ts'
import { alignTexts, type Step } from './list-alignment.ts'
import { dashPrefix, startOf, valueEnd, wholeLinesEnd } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { printScalarText } from './scalar-text.ts'
import { scalarText } from './yaml-file.ts'
import { insertLines, lineStart } from './yaml-lines.ts'

/** Makes a list of texts say `wanted`: entries that stay keep their text, place and comments. */
export function setList(text: string, document: Document, place: ValuePlace, wanted: readonly string[]): Splice[] {
  const { node } = existing(document, place)
  if (!isSeq(node) || wanted.length === 0) throw new NotEditable('no list stands here', startOf(node))
  const list = node as YAMLSeq<Node>
  const steps = alignTexts(
    list.items.map((item) => scalarText(document, item) ?? ''),
    wanted,
  )
  if (list.items.length === 0)
    return [{ start: startOf(list), end: valueEnd(list), text: flowList(wanted.map(plainOrQuoted)) }]
  if (list.flow && steps.some(({ kind }) => kind === 'add' || kind === 'remove'))
    return [rewriteFlow(text, list, steps)]
  return steps.flatMap((step) => spliceOf(text, list, step))
}

function spliceOf(text: string, { items }: YAMLSeq<Node>, step: Step): Splice[] {
  if (step.kind === 'add') return [insert(text, items, step.at, step.value)]
  const item = items[step.at] ?? null
  if (step.kind === 'keep' || !item) return []
  if (step.kind === 'remove') {
    dashPrefix(text, item)
    return [{ start: lineStart(text, startOf(item)), end: wholeLinesEnd(text, valueEnd(item)), text: '' }]
  }
  return [{ start: startOf(item), end: valueEnd(item), text: scalarLike(item, step.value) }]
}

/** After the entry before it, so that a comment above an entry stays with that entry. */
function insert(text: string, items: readonly Node[], at: number, value: string): Splice {
  const before = items[at - 1]
  const neighbour = before ?? items[0]
  if (!neighbour) throw new NotEditable('no list stands here', 0)
  const prefix = dashPrefix(text, neighbour)
  const line = before ? wholeLinesEnd(text, valueEnd(before)) : lineStart(text, startOf(neighbour))
  return { start: line, end: line, text: insertLines(text, line, [prefix + plainOrQuoted(value)]) }
}

/** Between the brackets, on one line and without comments: the entries that stay, word for word. */
function rewriteFlow(text: string, { items }: YAMLSeq<Node>, steps: readonly Step[]): Splice {
  const first = items[0] ?? null
  const start = startOf(first)
  const end = valueEnd(items.at(-1))
  if (/[\r\n]/.test(text.slice(start, end))) throw new NotEditable('the list in brackets spans lines', start)
  const gap = items[1] ? text.slice(valueEnd(first), startOf(items[1])) : ', '
  const words = steps.flatMap((step) => {
    if (step.kind === 'add') return [plainOrQuoted(step.value)]
    const item = items[step.at] ?? null
    if (step.kind === 'remove') return []
    return [step.kind === 'keep' ? text.slice(startOf(item), valueEnd(item)) : scalarLike(item, step.value)]
  })
  return { start, end, text: words.join(gap) }
}

function scalarLike(item: Node | null, value: string): string {
  const printed = isScalar(item) && printScalarText(value, item.type as Scalar.Type | undefined)
  const isPlain = !item || !('anchor' in item && item.anchor)
  if (!printed || !isPlain) throw new NotEditable('the entry is not a plain or quoted value', startOf(item))
  return printed
}
