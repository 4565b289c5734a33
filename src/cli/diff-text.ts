import { printProblem } from '../model/errors.ts'
import type { Overlay } from '../model/target.ts'
import type { Resolution } from '../model/vendor.ts'
import { listedGroups } from '../preview/comment/changes.ts'
import { amountWords } from '../preview/comment/headline.ts'
import { oneLine } from '../preview/comment/inert.ts'
import { verdictWords } from '../preview/comment/verdict-words.ts'
import { applicationsByPlace, commitName, describeOverlays } from '../preview/comment/words.ts'
import { plural } from '../preview/drift-words.ts'
import { type Fault, faultsOf } from '../preview/faults.ts'
import { groupMark } from '../preview/group-marks.ts'
import { type ImageMove, imageMovesOf } from '../preview/image-moves.ts'
import { type Loss, lossesOf } from '../preview/losses.ts'
import type { PreviewReport } from '../preview/preview-report.ts'
import { reportedResolutions, shortContent } from '../preview/resolutions.ts'
import type { Paint } from './colour.ts'
import { changeText } from './diff/change-text.ts'
import { matrixText } from './diff/matrix-text.ts'

export interface TextOptions {
  readonly paint: Paint
  /** Width of the terminal; undefined where the output goes elsewhere, and nothing is shortened. */
  readonly columns: number | undefined
  /** With the changed lines of every object. */
  readonly full: boolean
}

/** For a terminal, laid out as the comment is: the verdict, what is touched, lost and broken, then each change once. */
export function diffText(report: PreviewReport, { paint, columns, full }: TextOptions): string {
  const parts = [
    headlineText(report, paint),
    matrixText(report, columns),
    lossesOf(report.groups).map((loss) => paint('red', lossLine(loss))),
    titled('Images', imageMovesOf(report.groups).map(imageLine), paint),
    titled(
      'Broken',
      faultLines(report).map((line) => paint('red', line)),
      paint,
    ),
    titled('Notes', noteLines(report), paint),
    ...groupTexts(report, full, paint),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const VERDICTS = {
  success: ['green', '✓'],
  failure: ['red', '✗ Blocked:'],
  action_required: ['yellow', '… Waiting:'],
} as const

function headlineText(report: PreviewReport, paint: Paint): string[] {
  const [colour, mark] = VERDICTS[report.verdict.conclusion]
  const sides = `${commitName(report.head)} into ${commitName(report.base)}`
  return [paint(colour, oneLine(`${mark} ${verdictWords(report)}`)), [sides, ...amountWords(report)].join(' · ')]
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length > 0 ? [paint('bold', title), ...lines] : []
}

function lossLine({ kind, object, from, fields, overlays, alike }: Loss): string {
  const what = `${object}${alike ? ' and its like' : ''} in ${describeOverlays(overlays)}`
  if (kind === 'deleted') return oneLine(`! deletes ${what}`)
  if (kind === 'renamed') return oneLine(`! renames ${from} to ${what}: the old one is deleted`)
  return oneLine(`! has to recreate ${what}: ${fields.join(', ')} cannot be changed in place`)
}

function imageLine({ from, to, overlays, alike }: ImageMove): string {
  const name = from.name === to.name ? '' : `${to.name} `
  const what = `${from.name}${alike ? ' and its like' : ''} ${from.version} → ${name}${to.version}`
  return oneLine(`  ${what} in ${describeOverlays(overlays)}`)
}

function faultLines({ overlays, problems, conflicts }: PreviewReport): string[] {
  return [
    ...conflicts.map((file) => `  conflict in ${oneLine(file)}`),
    ...problems.map((problem) => `  ${oneLine(printProblem(problem))}`),
    ...faultsOf(overlays).map((fault) => faultLine(fault, '')),
    ...faultsOf(overlays, 'baseProblems').map((fault) => faultLine(fault, ', on the base')),
  ]
}

function faultLine({ problem, overlays }: Fault, side: string): string {
  return `  ${oneLine(`${describeOverlays(overlays)}${side}: ${printProblem(problem)}`)}`
}

function noteLines({ overlays, notes }: PreviewReport): string[] {
  const { moved, floating, pinned } = reportedResolutions(overlays)
  const line = ({ kind, reference, file, line, content }: Resolution, was = '') =>
    `${kind} ${reference} of ${file}:${line}: ${was}is ${shortContent(content)} now`
  return [
    ...moved.map((one) => `! moved: ${line(one, `was ${shortContent(one.movedFrom ?? '')}, `)}`),
    ...notes,
    ...floating.map((one) => `not pinned: ${line(one)}`),
    ...(pinned.length > 0
      ? [`${plural(pinned.length, 'remote base or chart', 'remote bases and charts')}, pinned`]
      : []),
  ].map((text) => `  ${oneLine(text)}`)
}

function groupTexts(report: PreviewReport, full: boolean, paint: Paint): string[][] {
  return listedGroups(report).map(({ group, why }) => {
    const mark = groupMark(report.groups, group)
    const unusual = why === undefined ? '' : ` · unusual: ${why}`
    const title = `${mark ? `${mark} ` : ''}${describeOverlays(group.overlays)}${unusual}`
    const names = full && group.overlays.length > 1 ? overlayLines(group.overlays) : []
    const lines = group.changes.flatMap((change) => changeText(change, full, paint))
    return [paint('bold', oneLine(title)), ...names.map((line) => paint('dim', line)), ...lines]
  })
}

function overlayLines(overlays: readonly Overlay[]): string[] {
  return applicationsByPlace(overlays).map(({ where, applications }) =>
    oneLine(`  in ${where}: ${applications.join(', ')}`),
  )
}
