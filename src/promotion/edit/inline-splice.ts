import { isScalar, type Node, Scalar } from 'yaml'
import { applySplices, type Edit, type Splice } from './edit.ts'
import { startOf } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { findNode, parseYamlFile, type YamlFile } from './yaml-file.ts'
import { indented, lineBreak, lineEnd, nextLine } from './yaml-lines.ts'
import { splicesFor } from './yaml-splice.ts'

/**
 * Edits YAML that stands inside a value of another file, such as an inline patch: found in the value's text, made in the file's.
 * Literal blocks (`|`) stand there line by line, values on one line without escapes letter by letter; others are refused.
 */
export function inlineSplices(yaml: YamlFile, edit: Edit): Splice[] {
  const { document, path, inline } = edit.place
  const outer = yaml.documents[document]
  const found = outer && findNode(outer, path)
  const node = found?.node ?? null
  if (!inline || !isScalar(node) || !node.range || typeof node.value !== 'string')
    throw new NotEditable('no inline patch stands here', startOf(node))
  if (node.anchor || found?.throughAlias)
    throw new NotEditable('the patch is written as an alias or with an anchor', startOf(node))
  const inner = parseYamlFile(node.value, yaml.file)
  const splices = splicesFor(inner, { ...edit, place: inline })
  if (node.type === Scalar.BLOCK_LITERAL) return [changedLines(yaml.text, node, node.value, splices)]
  return onOneLine(yaml.text, node, node.value, splices)
}

/** The lines that change, from the first to the last of them. */
function changedLines(text: string, node: Node, patch: string, splices: readonly Splice[]): Splice {
  const before = patch.split('\n')
  const after = applySplices(patch, splices).split('\n')
  const same = before.findIndex((line, i) => line !== after[i])
  const first = same === -1 ? before.length : same
  const most = Math.min(before.length, after.length) - first
  let last = 0
  while (last < most && before.at(-1 - last) === after.at(-1 - last)) last++
  const { starts, indent } = blockLines(text, startOf(node), before.length)
  const start = starts[first] ?? text.length
  const replaced = before.length - last - first
  const lines = indented(after.slice(first, after.length - last), indent)
  const eol = lineBreak(text)
  if (replaced === 0) return { start, end: start, text: lines.map((line) => line + eol).join('') }
  const next = starts[first + replaced - 1] ?? text.length
  if (lines.length === 0) return { start, end: nextLine(text, next), text: '' }
  return { start, end: lineEnd(text, next), text: lines.join(eol) }
}

/** Offset of each line of the block in the file, and how far the block is indented. */
function blockLines(text: string, header: number, count: number): { starts: number[]; indent: number } {
  const starts = [nextLine(text, header)]
  while (starts.length < count) starts.push(nextLine(text, starts.at(-1) ?? 0))
  const indent = /^(?:[ ]*\r?\n)*( *)/.exec(text.slice(starts[0]))?.[1]?.length ?? 0
  return { starts, indent }
}

function onOneLine(text: string, node: Scalar, patch: string, splices: readonly Splice[]): Splice[] {
  const quote = node.type === Scalar.PLAIN ? 0 : 1
  const start = startOf(node) + quote
  const isLetterByLetter = text.slice(start, (node.range?.[1] ?? 0) - quote) === patch
  if (!isLetterByLetter || splices.some((splice) => splice.text.includes('\n')))
    throw new NotEditable('a patch is edited as a literal block (|), or on one line without escapes', startOf(node))
  return splices.map((splice) => ({ ...splice, start: start + splice.start, end: start + splice.end }))
}
