import { GATE_CHECK, parseCheckName } from '../../model/check-names.ts'
import { LockstepError } from '../../model/errors.ts'
import type { CheckRun } from '../../model/github.ts'
import type { CommandContext } from './context.ts'

/**
 * A command acts on the commit whose plan stood in the pull request when it was written: a finished gate or render of this very head must
 * be older than the comment, and the head must not have been swapped since, not even for a while. All times compared are GitHub's, in whole
 * seconds: within the same one a plan counts as older, a swap as later. Throws PLAN_NOT_POSTED or HEAD_SWAPPED; it is never tried again on
 * another head.
 */
export async function requireUnmovedHead({ ports, pull, comment }: CommandContext): Promise<void> {
  const written = Date.parse(comment.createdAt)
  const runs = await ports.repository.checks.list(pull.head.sha)
  if (!runs.some((run) => tellsPlan(run) && finishedAt(run) <= written)) throw notPosted(pull.head.sha)
  const swaps = await ports.repository.pulls.forcePushes(pull.number)
  if (swaps.some((at) => Date.parse(at) >= written)) throw swapped()
}

/** A gate is decided again without a new plan; what is rendered then stands as it was posted. */
function tellsPlan({ name }: CheckRun): boolean {
  return name === GATE_CHECK || parseCheckName(name)?.kind === 'render'
}

function finishedAt({ status, completedAt = '' }: CheckRun): number {
  return status === 'completed' ? Date.parse(completedAt) : Number.NaN
}

function notPosted(sha: string): LockstepError {
  return new LockstepError({
    code: 'PLAN_NOT_POSTED',
    message: `The plan of ${sha.slice(0, 12)} was not posted before this comment was written.`,
    remedy: `Wait for ${GATE_CHECK} on this commit, read it and comment again.`,
  })
}

function swapped(): LockstepError {
  return new LockstepError({
    code: 'HEAD_SWAPPED',
    message: 'The branch was force-pushed after this comment was written, so it is unknown what its author saw.',
    remedy: 'Read the plan again and comment again.',
  })
}
