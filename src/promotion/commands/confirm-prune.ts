import { LockstepError } from '../../model/errors.ts'
import { outcome } from '../outcome-of.ts'
import { changeState } from '../state/ledger.ts'
import { writeEntry } from '../state/state.ts'
import type { Command } from './command.ts'
import { type CommandAnswer, type CommandContext, requireSnapshot } from './context.ts'

/** Bound to one commit: a later one asks again. */
export async function confirmPrune(
  { ports, comment }: CommandContext,
  command: Extract<Command, { name: 'confirm-prune' }>,
): Promise<CommandAnswer> {
  const snapshot = await requireSnapshot(ports)
  const revision = await ports.mirror.resolve(command.revision)
  if (!revision || !(await ports.mirror.isAncestor(revision, snapshot.tip)))
    throw new LockstepError({
      code: 'UNKNOWN_REVISION',
      message: `${command.revision} is not a commit of ${snapshot.defaultBranch}.`,
      remedy: 'Give the commit as it is printed where the deletion waits.',
    })
  const item = { revision, by: comment.author.login, at: comment.createdAt }
  await changeState(ports, `Confirm deletions at ${revision.slice(0, 12)}`, () => [writeEntry({ kind: 'prune', item })])
  const { ref: repository } = ports.repository
  for (const application of new Set(snapshot.overlays.map((each) => each.application)))
    for (const { name } of snapshot.config.environments)
      for (const { target, status } of snapshot.targets(application, name))
        if (status && status.problems.length > 0) await ports.queue.add({ kind: 'reconcile', repository, target })
  return { outcome: outcome('done', 'PRUNE_CONFIRMED', { details: { revision } }) }
}
