import { structuredPatch } from 'diff'
import { stringify } from 'yaml'
import type { JsonObject } from '../model/json.ts'
import type { MaskedChange } from './mask-changes.ts'

/** Objects that differ in more lines than this are said to be rewritten; comparing them further helps nobody. */
const MOST_EDITS = 1000

export interface TextDiff {
  /** Hunks of a unified diff over the object as YAML, without file headers. */
  readonly text: string
  readonly added: number
  readonly removed: number
}

/** Line by line, for those who want to read the object itself. */
export function textDiff(change: MaskedChange): TextDiff {
  const [before, after] = [toYaml(change.before), toYaml(change.after)]
  if (before === '' || after === '') return whole(before, after)
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: MOST_EDITS })
  if (!patch) return rewritten(lineCount(before), lineCount(after))
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ])
  return { text: lines.join('\n'), added: count(lines, '+'), removed: count(lines, '-') }
}

/** An object that comes or goes: nothing has to be compared. */
function whole(before: string, after: string): TextDiff {
  const [removed, added] = [lineCount(before), lineCount(after)]
  const lines = `${before}${after}`.trimEnd().split('\n')
  const sign = before === '' ? '+' : '-'
  const head = `@@ -${removed && 1},${removed} +${added && 1},${added} @@`
  return { text: [head, ...lines.map((line) => `${sign}${line}`)].join('\n'), added, removed }
}

function rewritten(removed: number, added: number): TextDiff {
  return { text: `@@ rewritten: ${removed} lines before, ${added} lines after @@`, added, removed }
}

function toYaml(body: JsonObject | undefined): string {
  return body ? stringify(body, { lineWidth: 0, aliasDuplicateObjects: false }) : ''
}

function lineCount(text: string): number {
  return text.split('\n').length - 1
}

function count(lines: readonly string[], sign: string): number {
  return lines.filter((line) => line.startsWith(sign)).length
}
