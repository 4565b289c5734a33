import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError, type Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'

/** Problems of what stopped a pass. Rethrows defects. */
export function failureProblems(error: unknown): readonly Problem[] {
  if (error instanceof LockstepError) return error.problems
  if (!(error instanceof ClusterError)) throw error
  if (error.kind === 'forbidden') {
    return [{ code: 'APPLY_FORBIDDEN', message: error.message, remedy: 'Grant Lockstep this right in the cluster.' }]
  }
  const code = error.retryable ? 'APPLY_UNAVAILABLE' : 'APPLY_REFUSED'
  return [{ code, message: error.message, remedy: 'It is tried again; look at the API server if this goes on.' }]
}

/** Rethrows defects. */
export function failureOutcome(error: unknown): Outcome {
  const problems = failureProblems(error)
  const refused = error instanceof LockstepError ? error.kind !== 'unreachable' : !(error as ClusterError).retryable
  return { decision: refused ? 'refused' : 'failed', ...summary(problems) }
}

/** The first problem in the words of an outcome, and how many more there are. */
export function summary(problems: readonly Problem[]): Pick<Outcome, 'code' | 'message' | 'remedy'> {
  const [first, ...more] = problems as readonly [Problem, ...Problem[]]
  const message = more.length > 0 ? `${first.message} (and ${more.length} more)` : first.message
  return { code: first.code, message, remedy: first.remedy }
}
