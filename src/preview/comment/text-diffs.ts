import { plural } from '../drift-words.ts'
import type { ChangeGroup } from '../group-changes.ts'
import type { MaskedChange } from '../mask-changes.ts'
import type { PreviewReport } from '../preview-report.ts'
import { textDiff } from '../text-diff.ts'
import { fenced, html } from './inert.ts'
import type { Section } from './section.ts'
import { describeOverlays } from './words.ts'

/** Nobody opens more; the checks have them all. */
const MOST_DIFFS = 200

/** The objects themselves, line by line, folded away; of each group the first overlay's. */
export function textDiffs({ groups }: PreviewReport): Section {
  const objects = groups.flatMap((group) => group.changes.map((change) => ({ group, change })))
  return {
    name: 'diffs',
    head: '',
    items: objects.slice(0, MOST_DIFFS).map(({ group, change }) => foldedDiff(group, change)),
    total: objects.length,
    rest: (count) => `… and ${plural(count, 'more text diff', 'more text diffs')}: see the checks of each environment.`,
    between: '\n\n',
    share: 1,
  }
}

function foldedDiff({ overlays }: ChangeGroup, change: MaskedChange): string {
  const diff = textDiff(change)
  const sample = overlays.length > 1 ? ' (the first of them)' : ''
  const where = `${html(describeOverlays(overlays.slice(0, 1)))}${sample}`
  const summary = `<code>${html(change.object)}</code> in ${where}: +${diff.added} −${diff.removed}`
  return `<details><summary>${summary}</summary>\n\n${fenced(diff.text, 'diff')}\n\n</details>`
}
