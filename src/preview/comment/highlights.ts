import type { Overlay } from '../../model/target.ts'
import { plural } from '../drift-words.ts'
import type { MaskedFact } from '../mask-changes.ts'
import type { PreviewReport } from '../preview-report.ts'
import { code, plain } from './inert.ts'
import type { Section } from './section.ts'
import { describeOverlays, value } from './words.ts'

/** What is deleted, then which images move: the two things to see before anything else. */
export function highlights(report: PreviewReport): Section {
  const found = report.overlays.flatMap(({ overlay, changes }) =>
    changes.flatMap((change) => change.facts.flatMap((fact) => highlight(fact, overlay))),
  )
  const lines = [...Map.groupBy(found, ({ text }) => text)]
    .map(([text, members]) => ({ text, rank: members[0]?.rank ?? 0, overlays: members.map(({ overlay }) => overlay) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ text, overlays }) => `- ${text} in ${plain(describeOverlays(overlays))}`)
  return {
    name: 'highlights',
    head: '',
    items: lines,
    total: lines.length,
    rest: (count) => `… and ${plural(count, 'more deletion or image change', 'more deletions and image changes')}.`,
    between: '\n',
    share: 0.25,
  }
}

interface Highlight {
  readonly rank: number
  readonly text: string
  readonly overlay: Overlay
}

function highlight(fact: MaskedFact, overlay: Overlay): Highlight[] {
  if (fact.class === 'delete') return [{ rank: 0, text: `⚠ **Deletes** ${code(fact.object)}`, overlay }]
  if (fact.class !== 'image' || fact.verb !== 'changed') return []
  return [{ rank: 1, text: `**Image** of ${code(fact.object)}: ${value(fact.before)} → ${value(fact.after)}`, overlay }]
}
