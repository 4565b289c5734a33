import { LockstepError } from '../../model/errors.ts'
import { printSeen } from '../../model/job.ts'
import { outcome } from '../outcome-of.ts'
import { changeState } from '../state/ledger.ts'
import { writeEntry } from '../state/state.ts'
import type { Command } from './command.ts'
import {
  type CommandAnswer,
  type CommandContext,
  requireApplication,
  requireEnvironment,
  requireSnapshot,
} from './context.ts'

/** The plan is the preview's: it is made again from scratch. */
export async function plan({ ports, pull }: CommandContext): Promise<CommandAnswer> {
  const seen = printSeen({ headSha: pull.head.sha, baseRef: pull.base.ref })
  await ports.queue.add({ kind: 'preview', repository: ports.repository.ref, number: pull.number, seen })
  return { outcome: outcome('done', 'PLAN_REQUESTED') }
}

/** Asks the workers of the environment's targets to put live objects back. */
export async function heal(
  { ports }: Pick<CommandContext, 'ports'>,
  command: { readonly environment: string; readonly application?: string },
): Promise<CommandAnswer> {
  const snapshot = await requireSnapshot(ports)
  const { environment, application } = command
  requireEnvironment(snapshot, environment)
  if (application) requireApplication(snapshot, environment, application)
  const all = [...new Set(snapshot.overlays.map((overlay) => overlay.application))]
  const targets = all
    .filter((each) => !application || each === application)
    .flatMap((each) => snapshot.targets(each, environment))
  const { ref: repository } = ports.repository
  for (const { target } of targets) await ports.queue.add({ kind: 'reconcile', repository, target, heal: true })
  const message = `${targets.length} target${targets.length === 1 ? '' : 's'} of ${environment} will be put back to what Git says.`
  return { outcome: outcome('done', 'HEAL_REQUESTED', { message, details: { environment, targets: targets.length } }) }
}

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
