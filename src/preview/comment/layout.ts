import { plural } from '../drift-words.ts'
import type { Omitted, PreviewReport } from '../preview-report.ts'
import { changes, groupTitle, listedGroups } from './changes.ts'
import { destructive } from './destructive.ts'
import { driftSection } from './drift-section.ts'
import { gateSection } from './gate-section.ts'
import { type FoldedDiffs, foldedDiffs } from './group-diffs.ts'
import { images } from './images.ts'
import { matrix } from './matrix.ts'
import { movedSection, notesSection } from './notes-section.ts'
import { problemSection } from './problem-section.ts'
import { type FittedSection, fitSections, GAP_BETWEEN_SECTIONS, printSection, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'

/** What comes before the changes, in the order in which it stands and gets room: what is touched, lost, wrong, asked. */
const PARTS = [matrix, destructive, images, movedSection, problemSection, driftSection, gateSection, notesSection]

export interface LaidOut {
  readonly text: string
  readonly omitted: Omitted
}

/** All there is to say below the headline within `room` characters; the text diff of each change is folded below it. */
export function layOut(report: PreviewReport, elsewhere: Elsewhere, room: number): LaidOut {
  const objects = objectsIn(report)
  const setAside = objects > 0 ? restOfDiffs(objects, elsewhere).length + 2 * GAP_BETWEEN_SECTIONS.length : 0
  const { before, said, whole, left } = fitParts(report, elsewhere, room - setAside)
  const diffs = whole ? foldedDiffs(listedGroups(report), left, elsewhere) : { folds: [], omitted: objects }
  const texts = [
    ...before.map(printSection),
    printSection(withFolds(said, diffs)),
    restOfDiffs(diffs.omitted, elsewhere),
  ]
  return {
    text: texts.filter(Boolean).join(GAP_BETWEEN_SECTIONS),
    omitted: { ...omittedIn([...before, said]), diffs: diffs.omitted },
  }
}

/** The same where text diffs have room of their own: each below the name of its change. */
export function layOutApart(
  report: PreviewReport,
  elsewhere: Elsewhere,
  room: number,
  roomForDiffs: number,
): { summary: string; text: string } {
  const { before, said } = fitParts(report, elsewhere, room)
  const listed = listedGroups(report)
  const titles = listed.map((one) => groupTitle(one, report))
  const rest = restOfDiffs(objectsIn(report), elsewhere)
  const setAside = titles.reduce((sum, title) => sum + title.length + 2 * GAP_BETWEEN_SECTIONS.length, rest.length)
  const { folds, omitted } = foldedDiffs(listed, roomForDiffs - setAside, elsewhere)
  const shown = folds.flatMap((fold, i) => (fold ? [`${titles[i]}${GAP_BETWEEN_SECTIONS}${fold}`] : []))
  return {
    summary: [...before, said].map(printSection).filter(Boolean).join(GAP_BETWEEN_SECTIONS),
    text: [...shown, restOfDiffs(omitted, elsewhere)].filter(Boolean).join(GAP_BETWEEN_SECTIONS),
  }
}

function fitParts(report: PreviewReport, elsewhere: Elsewhere, room: number) {
  const last = changes(report, elsewhere)
  const { fitted, left } = fitSections([...PARTS.map((part) => part(report, elsewhere)), last], room)
  const said = fitted.at(-1) as FittedSection
  return { before: fitted.slice(0, -1), said, whole: isWhole(said, last), left }
}

function objectsIn({ groups }: PreviewReport): number {
  return groups.reduce((sum, group) => sum + group.changes.length, 0)
}

function omittedIn(fitted: readonly FittedSection[]): Omitted {
  return Object.fromEntries(fitted.map(({ name, omitted }) => [name, omitted]))
}

/** Text diffs are the first to go: they are shown only below changes that are told with all their fields. */
function isWhole({ level, omitted }: FittedSection, { levels }: Section): boolean {
  return omitted === 0 && level < levels.length - 1
}

function withFolds(said: FittedSection, { folds }: FoldedDiffs): FittedSection {
  const items = said.items.map((item, i) => ({ ...item, text: [item.text, folds[i]].filter(Boolean).join('\n\n') }))
  return { ...said, items }
}

function restOfDiffs(count: number, elsewhere: Elsewhere): string {
  return count === 0 ? '' : `… and ${plural(count, 'more text diff', 'more text diffs')}: ${elsewhere}`
}
