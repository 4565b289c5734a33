import type { Problem } from '../../model/errors.ts'
import { plural } from '../drift-words.ts'
import { type Fault, faultsOf } from '../faults.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { describeOverlays } from './words.ts'

/** What is broken, with file and line and what to do; the same fault in many overlays once. */
export function problemSection(report: PreviewReport, elsewhere: Elsewhere): Section {
  const { overlays, conflicts, problems } = report
  return {
    name: 'problems',
    head: '**Broken**',
    levels: [
      itemsOf([
        ...conflicts.map((file) => `- **Conflict** in ${code(file)}`),
        ...problems.map((problem) => `- ✗ ${describeProblem(problem)}`),
        ...faultsOf(overlays).map((fault) => `- ✗ **${where(fault)}**: ${describeProblem(fault.problem)}`),
        ...faultsOf(overlays, 'baseProblems').map(
          (fault) => `- On the base branch, in ${where(fault)}: ${describeProblem(fault.problem)}`,
        ),
      ]),
    ],
    rest: (count) => `… and ${plural(count, 'more problem', 'more problems')}: ${elsewhere}`,
    between: '\n',
    share: 0.2,
  }
}

function where({ overlays }: Fault): string {
  return plain(describeOverlays(overlays))
}

/** Place and message, and below them what to do and the code under which the documentation has more. */
export function describeProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  const object = problem.object ? ` (${code(clip(problem.object, 120))})` : ''
  const where = place ? `${code(place)} ` : ''
  const help = `${plain(clip(problem.remedy, 300))} ${code(problem.code)}`
  return `${where}${plain(clip(problem.message, 1000))}${object}\n  → ${help}`
}
