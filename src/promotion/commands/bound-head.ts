import { GATE_CHECK } from '../../model/check-names.ts'
import { LockstepError } from '../../model/errors.ts'
import type { CommandContext } from './context.ts'

/**
 * A command acts on the commit whose plan stood in the pull request when it was written: the newest finished gate of the head must
 * be older than the comment. Throws PLAN_NOT_POSTED; it is never tried again on a newer head.
 */
export async function requireUnmovedHead({ ports, pull, comment }: CommandContext): Promise<void> {
  const runs = await ports.repository.checks.list(pull.head.sha)
  const gate = runs.find(({ name }) => name === GATE_CHECK)
  const posted = gate?.status === 'completed' ? Date.parse(gate.completedAt ?? '') : Number.NaN
  if (posted <= Date.parse(comment.createdAt)) return
  throw new LockstepError({
    code: 'PLAN_NOT_POSTED',
    message: `The plan of ${pull.head.sha.slice(0, 12)} was not posted before this comment was written.`,
    remedy: `Wait for ${GATE_CHECK} on this commit, read it and comment again.`,
  })
}
