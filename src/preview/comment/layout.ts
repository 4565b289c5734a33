import { plural } from '../drift-words.ts'
import type { Omitted, PreviewReport } from '../preview-report.ts'
import { changes, listedGroups } from './changes.ts'
import { destructive } from './destructive.ts'
import { driftSection } from './drift-section.ts'
import { gateSection } from './gate-section.ts'
import { foldedDiffs } from './group-diffs.ts'
import { images } from './images.ts'
import { matrix } from './matrix.ts'
import { movedSection, notesSection } from './notes-section.ts'
import { problemSection } from './problem-section.ts'
import { type FittedSection, fitSections, GAP_BETWEEN_SECTIONS, printSection, type Section } from './section.ts'
import { standingSection } from './standing-section.ts'
import type { Elsewhere } from './surface.ts'

/** What comes before the changes, in the order in which it stands and gets room: what is touched, lost, wrong, asked. */
const PARTS = [
  matrix,
  destructive,
  images,
  movedSection,
  problemSection,
  driftSection,
  standingSection,
  gateSection,
  notesSection,
]

export interface LaidOut {
  readonly text: string
  readonly omitted: Omitted
}

/** All there is to say below the headline within `room` characters; the text diff of each change is folded below it. */
export function layOut(report: PreviewReport, elsewhere: Elsewhere, room: number): LaidOut {
  const last = changes(report, elsewhere)
  const sections = [...PARTS.map((part) => part(report, elsewhere)), last]
  const { fitted, left } = fitSections(sections, room - roomForRest(report, elsewhere))
  const before = fitted.slice(0, -1)
  const said = withDiffs(report, elsewhere, { said: fitted.at(-1) as FittedSection, last, left })
  return {
    text: [...before.map(printSection), said.text].filter(Boolean).join(GAP_BETWEEN_SECTIONS),
    omitted: { ...Object.fromEntries(fitted.map(({ name, omitted }) => [name, omitted])), diffs: said.omitted },
  }
}

/** The same in two places, each with `room` of its own: the changes and their text diffs apart from what comes before them. */
export function layOutApart(
  report: PreviewReport,
  elsewhere: Elsewhere,
  room: { readonly summary: number; readonly text: number },
): { summary: string; text: string } {
  const before = fitSections(
    PARTS.map((part) => part(report, elsewhere)),
    room.summary,
  )
  const last = { ...changes(report, elsewhere), share: 1 }
  const { fitted, left } = fitSections([last], room.text - roomForRest(report, elsewhere))
  return {
    summary: before.fitted.map(printSection).filter(Boolean).join(GAP_BETWEEN_SECTIONS),
    text: withDiffs(report, elsewhere, { said: fitted[0] as FittedSection, last, left }).text,
  }
}

interface FittedChanges {
  readonly said: FittedSection
  readonly last: Section
  /** Characters that are left for text diffs. */
  readonly left: number
}

/** Text diffs are the first to go: they are shown only below changes that are told with all their fields. */
function withDiffs(report: PreviewReport, elsewhere: Elsewhere, { said, last, left }: FittedChanges) {
  const whole = said.omitted === 0 && said.level < last.levels.length - 1
  const { folds, omitted } = whole
    ? foldedDiffs(listedGroups(report), left, elsewhere)
    : { folds: [], omitted: objectsIn(report) }
  const items = said.items.map((item, i) => ({ ...item, text: [item.text, folds[i]].filter(Boolean).join('\n\n') }))
  const texts = [printSection({ ...said, items }), restOfDiffs(omitted, elsewhere)]
  return { text: texts.filter(Boolean).join(GAP_BETWEEN_SECTIONS), omitted }
}

function objectsIn({ groups }: PreviewReport): number {
  return groups.reduce((sum, group) => sum + group.changes.length, 0)
}

function roomForRest(report: PreviewReport, elsewhere: Elsewhere): number {
  const line = restOfDiffs(objectsIn(report), elsewhere)
  return line === '' ? 0 : line.length + 2 * GAP_BETWEEN_SECTIONS.length
}

function restOfDiffs(count: number, elsewhere: Elsewhere): string {
  return count === 0 ? '' : `… and ${plural(count, 'more text diff', 'more text diffs')}: ${elsewhere}`
}
