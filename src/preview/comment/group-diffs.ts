import { plural } from '../drift-words.ts'
import type { MaskedChange } from '../mask-changes.ts'
import { overlayName } from '../overlay-preview.ts'
import { textDiff } from '../text-diff.ts'
import type { ListedGroup } from './changes.ts'
import { clip, fenced, html, oneLine } from './inert.ts'
import type { Elsewhere } from './surface.ts'

/** Nobody opens more; the checks have them all. */
const MOST_OBJECTS = 300
/** A comment of a single change that is this short shows it at once. */
const SHORT_LINES = 24

export interface FoldedDiffs {
  /** For each group the objects that there was room for, folded; `''` where there was none. */
  readonly folds: readonly string[]
  /** Objects of these groups that are shown in no fold. */
  readonly omitted: number
}

/** The objects themselves, line by line, folded away; of each group the first overlay's. Whole objects only. */
export function foldedDiffs(groups: readonly ListedGroup[], room: number, elsewhere: Elsewhere): FoldedDiffs {
  let left = room
  let looked = 0
  let omitted = 0
  const folds = groups.map((listed) => {
    const frame = fold(listed, [], listed.group.changes.length, elsewhere, false).length
    left -= frame
    const shown: ObjectDiff[] = []
    for (const change of listed.group.changes) {
      const diff = looked++ < MOST_OBJECTS && left > 0 ? objectDiff(change) : undefined
      if (diff && diff.text.length + 2 <= left) {
        shown.push(diff)
        left -= diff.text.length + 2
      } else omitted++
    }
    if (shown.length > 0)
      return fold(listed, shown, listed.group.changes.length - shown.length, elsewhere, groups.length === 1)
    left += frame
    return ''
  })
  return { folds, omitted }
}

interface ObjectDiff {
  readonly text: string
  readonly added: number
  readonly removed: number
  readonly lines: number
}

function objectDiff(change: MaskedChange): ObjectDiff {
  const { text, added, removed } = textDiff(change)
  const lines = text.split('\n')
  const name = oneLine(clip(change.object, 300))
  const named = lines.map((line) => (line.startsWith('@@') ? `${line} ${name}` : line))
  return { text: fenced(named.join('\n'), 'diff'), added, removed, lines: lines.length }
}

function fold(
  { group }: ListedGroup,
  shown: readonly ObjectDiff[],
  left: number,
  elsewhere: Elsewhere,
  alone: boolean,
): string {
  const [first] = group.overlays
  const sum = (of: (diff: ObjectDiff) => number) => shown.reduce((total, diff) => total + of(diff), 0)
  const sample = group.overlays.length > 1 && first ? `, as in ${html(overlayName(first))}` : ''
  const objects = plural(group.changes.length, 'object', 'objects')
  const summary = `text diff${sample}: ${objects}, +${sum((diff) => diff.added)} −${sum((diff) => diff.removed)}`
  const rest = left > 0 ? [`… and ${plural(left, 'more object', 'more objects')}: ${elsewhere}`] : []
  const open = alone && left === 0 && sum((diff) => diff.lines) <= SHORT_LINES ? ' open' : ''
  const body = [...shown.map((diff) => diff.text), ...rest].join('\n\n')
  return `<details${open}><summary>${summary}</summary>\n\n${body}\n\n</details>`
}
