/** What went wrong, for the person who can mend it. The same shape is printed by the CLI, checks and comments. */
export interface Problem {
  /** Stable, upper case, e.g. `OVERLAY_MISSING_BASE`; documented in docs/reference/reason-codes.md. */
  readonly code: string
  /** One sentence: what is wrong and what was expected. */
  readonly message: string
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** 1-based. */
  readonly column?: number
  /** e.g. `Deployment/checkout`. */
  readonly object?: string
  /** What to do next, as a sentence or a command. */
  readonly remedy: string
}

/** `refused`: a rule or bad input (exit 1) · `usage`: wrong invocation (2) · `unreachable`: something outside did not answer (4). */
export type ProblemKind = 'refused' | 'usage' | 'unreachable'

/** The only error thrown on purpose. Carries every problem found at once; anything else that is thrown is a defect. */
export class LockstepError extends Error {
  readonly kind: ProblemKind
  readonly problems: readonly Problem[]

  constructor(problems: Problem | readonly Problem[], options: { kind?: ProblemKind; cause?: unknown } = {}) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem]
    super(list.map(printProblem).join('\n'), { cause: options.cause })
    this.name = 'LockstepError'
    this.kind = options.kind ?? 'refused'
    this.problems = list
  }

  get code(): string {
    return this.problems[0]?.code ?? 'INTERNAL'
  }
}

/** `file:line:column CODE message (object). remedy`, with the parts that are known. */
export function printProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  const object = problem.object ? ` (${problem.object})` : ''
  return `${place ? `${place} ` : ''}${problem.code} ${problem.message}${object} ${problem.remedy}`.trim()
}
