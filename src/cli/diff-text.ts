import { printProblem } from '../model/errors.ts'
import { MASKED } from '../model/mask-secrets.ts'

import { clip, oneLine } from '../preview/comment/inert.ts'
import { commitName, describeOverlays, printValue } from '../preview/comment/words.ts'
import { plural } from '../preview/drift-words.ts'
import type { ChangeGroup } from '../preview/group-changes.ts'
import type { MaskedFact } from '../preview/mask-changes.ts'
import { overlayName } from '../preview/overlay-preview.ts'
import type { PreviewReport } from '../preview/preview-report.ts'
import type { Paint } from './colour.ts'

const LONGEST_VALUE = 120

/** For a terminal: every change once, one field a line, problems last where they are seen. */
export function diffText(report: PreviewReport, paint: Paint): string {
  const lines = [
    `${commitName(report.base)} → ${commitName(report.head)}`,
    ...report.groups.flatMap((group) => groupLines(group, paint)),
    ...problemLines(report).map((line) => paint('red', line)),
    ...report.notes,
    summary(report),
  ]
  return `${lines.join('\n')}\n`
}

function summary({ overlays }: PreviewReport): string {
  const changed = overlays.filter(({ status }) => status === 'changed').length
  const broken = overlays.filter(({ status }) => status === 'error').length
  const counts = [
    plural(changed, 'overlay changes', 'overlays change'),
    ...(broken > 0 ? [`${broken} cannot be rendered`] : []),
    `${overlays.length - changed - broken} rendered the same`,
  ]
  return counts.join(', ')
}

function groupLines({ overlays, changes }: ChangeGroup, paint: Paint): string[] {
  const facts = changes.flatMap((change) => change.facts.map((fact) => factLine(fact, paint)))
  const followers = changes
    .filter((change) => change.followers.length > 0)
    .map((change) => oneLine(`    ${change.object} is generated; rolls ${change.followers.join(', ')}`))
  return [paint('bold', describeOverlays(overlays)), ...facts, ...followers]
}

function factLine(fact: MaskedFact, paint: Paint): string {
  const where = oneLine(fact.path ? `${fact.object} ${fact.path}` : fact.object)
  if (fact.verb === 'added') return paint('green', `  + ${where}${shown(fact.path, ': ', fact.after)}`)
  if (fact.verb === 'removed') return paint('red', `  - ${where}${shown(fact.path, ': ', fact.before)}`)
  const values = fact.before === MASKED ? 'changed' : `${value(fact.before)} → ${value(fact.after)}`
  return paint('yellow', `  ~ ${where}: ${values}`)
}

/** Whole objects are named, not printed. */
function shown(path: string, between: string, json: MaskedFact['after']): string {
  return path === '' || json === MASKED ? '' : `${between}${value(json)}`
}

function value(json: MaskedFact['after']): string {
  return clip(oneLine(printValue(json)), LONGEST_VALUE)
}

function problemLines({ overlays, problems, conflicts }: PreviewReport): string[] {
  return [
    ...conflicts.map((file) => `conflict in ${oneLine(file)}`),
    ...problems.map((problem) => oneLine(printProblem(problem))),
    ...overlays.flatMap(({ overlay, problems: own, baseProblems }) => [
      ...own.map((problem) => oneLine(`${overlayName(overlay)}: ${printProblem(problem)}`)),
      ...baseProblems.map((problem) => oneLine(`${overlayName(overlay)}, on the base: ${printProblem(problem)}`)),
    ]),
  ]
}
