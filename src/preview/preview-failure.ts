import { LockstepError, printProblem } from '../model/errors.ts'
import type { GitHubRepository } from '../model/github.ts'
import { finishedGate } from './check-output.ts'
import { simpleVerdict } from './gate-verdict.ts'

/** Finishes the gate although there is no verdict: a check that never ends would hold its commit for ever. */
export async function reportFailure(
  { checks }: Pick<GitHubRepository, 'checks'>,
  headSha: string,
  error: unknown,
): Promise<void> {
  const known = error instanceof LockstepError ? error.problems[0] : undefined
  const message = known ? `Lockstep could not finish: ${printProblem(known)}` : 'Lockstep could not finish'
  const verdict = simpleVerdict('failure', { code: 'PREVIEW_FAILED', verdict: 'blocked', message, unblock: '/plan' })
  // The first failure is the one to report; when GitHub is what fails, saying so there fails as well.
  await checks.publish(finishedGate(headSha, 'failure', verdict)).catch(() => undefined)
}
