import type { Problem } from '../../model/errors.ts'
import { plural } from '../drift-words.ts'
import { overlayName } from '../overlay-preview.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import type { Section } from './section.ts'

/** What is broken, with file and line and what to do; the same fault in many overlays once. */
export function problemSection(report: PreviewReport): Section {
  const items = [
    ...report.conflicts.map((file) => `- **Conflict** in ${code(file)}`),
    ...report.problems.map((problem) => `- ${describeProblem(problem)}`),
    ...overlayProblems(report),
    ...report.notes.map((note) => `- **Note** ${plain(note)}`),
  ]
  return {
    name: 'problems',
    head: '',
    items,
    total: items.length,
    rest: (count) => `… and ${plural(count, 'more problem', 'more problems')}: see the annotations of the checks.`,
    between: '\n',
    share: 0.25,
  }
}

function overlayProblems({ overlays }: PreviewReport): string[] {
  const found = overlays.flatMap(({ overlay, problems, baseProblems }) => [
    ...problems.map((problem) => ({ overlay, text: `✗ ${describeProblem(problem)}`, effect: 'Breaks' })),
    ...baseProblems.map((problem) => ({ overlay, text: describeProblem(problem), effect: 'On the base branch, in' })),
  ])
  return [...Map.groupBy(found, ({ text, effect }) => `${effect}\n${text}`).values()].map((members) => {
    const names = members.slice(0, 3).map(({ overlay }) => overlayName(overlay))
    const rest = members.length > 3 ? ` and ${members.length - 3} more` : ''
    return `- ${members[0]?.text} ${members[0]?.effect} ${plain(names.join(', '))}${rest}.`
  })
}

/** `file:line` code, message and remedy as Markdown. */
export function describeProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  const object = problem.object ? ` (${code(clip(problem.object, 120))})` : ''
  const message = plain(clip(problem.message, 1000))
  return `**${plain(problem.code)}** ${place ? `${code(place)}: ` : ''}${message}${object} ${plain(clip(problem.remedy, 300))}`
}
