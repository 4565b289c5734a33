import { driftSection } from './comment/drift-section.ts'
import { gateSection } from './comment/gate-section.ts'
import { groupedChanges } from './comment/grouped-changes.ts'
import { headline } from './comment/headline.ts'
import { highlights } from './comment/highlights.ts'
import { overview } from './comment/overview.ts'
import { problemSection } from './comment/problem-section.ts'
import { type FittedSection, fitSections, GAP_BETWEEN_SECTIONS } from './comment/section.ts'
import { textDiffs } from './comment/text-diffs.ts'
import type { Omitted, PreviewReport } from './preview-report.ts'

/** GitHub refuses comments above 65,536 characters. */
export const COMMENT_CHARS = 60_000
/** Below this the verdict and the counts of what is left out may not fit. */
export const LEAST_COMMENT_CHARS = 2_000

/** The order in which parts get room, and the one in which they stand. */
const PARTS = [problemSection, highlights, gateSection, driftSection, overview, groupedChanges, textDiffs]
const ORDER = ['highlights', 'problems', 'applications', 'drift', 'gates', 'changes', 'diffs']

/** The one comment of a pull request: whole parts within `maxChars`, and counts of what had no room. */
export function previewComment(report: PreviewReport, maxChars = COMMENT_CHARS): { text: string; omitted: Omitted } {
  const top = headline(report)
  const sections = fitSections(
    PARTS.map((part) => part(report)),
    maxChars - top.length,
  )
  const named = new Map(sections.map((section) => [section.name, section]))
  const shown = ORDER.map((name) => named.get(name) as FittedSection).filter((section) => section.text !== '')
  return {
    text: [top, ...shown.map((section) => section.text)].join(GAP_BETWEEN_SECTIONS),
    omitted: Object.fromEntries(ORDER.map((name) => [name, named.get(name)?.omitted ?? 0])),
  }
}
