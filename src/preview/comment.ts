import { inSyncLine } from './comment/drift-section.ts'
import { footer } from './comment/footer.ts'
import { headline } from './comment/headline.ts'
import { layOut } from './comment/layout.ts'
import { GAP_BETWEEN_SECTIONS } from './comment/section.ts'
import { inTheChecks } from './comment/surface.ts'
import type { Omitted, PreviewReport } from './preview-report.ts'

/** GitHub refuses comments above 65,536 characters. */
export const COMMENT_CHARS = 60_000
/** Of those, what a comment may carry out of sight: markers, and where its links lead. */
export const HIDDEN_CHARS = 3_000
/** What is left to be read. */
export const TEXT_CHARS = COMMENT_CHARS - HIDDEN_CHARS
/** Below this the verdict and the counts of what is left out may not fit. */
export const LEAST_COMMENT_CHARS = 2_000
/** With less room than this the footer goes first. */
const ROOM_FOR_FOOTER = 6_000

/** The one comment of a pull request: whole parts within `maxChars`, and counts of what had no room. */
export function previewComment(report: PreviewReport, maxChars = TEXT_CHARS): { text: string; omitted: Omitted } {
  const top = [headline(report)]
  const end = [inSyncLine(report), maxChars < ROOM_FOR_FOOTER ? '' : footer(report)].filter(Boolean)
  const frame = [...top, ...end].reduce((sum, text) => sum + text.length + GAP_BETWEEN_SECTIONS.length, 0)
  const body = layOut(report, inTheChecks(report), maxChars - frame)
  const text = [...top, ...(body.text ? [body.text] : []), ...end].join(GAP_BETWEEN_SECTIONS)
  return { text, omitted: body.omitted }
}
