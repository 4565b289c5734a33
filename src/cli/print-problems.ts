import { type Problem, printProblem } from '../model/errors.ts'
import type { Format } from './command.ts'

/** Errors for a reader: lines for people, one document for programs. The document has the first problem's fields, and all in `problems`. */
export function printProblems(problems: readonly Problem[], format: Format): string {
  if (format !== 'json') return problems.map((problem) => `${printProblem(problem)}\n`).join('')
  const [first] = problems
  return `${JSON.stringify(problems.length === 1 ? first : { ...first, problems })}\n`
}
