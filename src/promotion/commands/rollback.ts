import { LockstepError } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { planRollback } from '../carry/rollback-plan.ts'
import { outcome } from '../outcome-of.ts'
import { applicationsIn } from '../pulls/applications-in.ts'
import { parseBranchName, printBranchName } from '../pulls/branch-name.ts'
import { parseMarker } from '../pulls/marker.ts'
import { recordPublished } from '../pulls/open-promotions.ts'
import { openPullOf } from '../pulls/promotion-branch.ts'
import { publishPromotion } from '../pulls/publish-promotion.ts'
import type { Snapshot } from '../pulls/snapshot.ts'
import { requireUnmovedHead } from './bound-head.ts'
import type { Command } from './command.ts'
import {
  type CommandAnswer,
  type CommandContext,
  requireApplication,
  requireEnvironment,
  requireSnapshot,
  requireState,
} from './context.ts'
import { planText, resultsText } from './replies.ts'
import { touchedApplications } from './touched-applications.ts'

type Rollback = Extract<Command, { name: 'rollback' }>

/** Opens the pull request that restores what was set before; it merges once its own gates pass. One comment opens at most one. */
export async function rollback(context: CommandContext, command: Rollback): Promise<CommandAnswer> {
  const { ports, comment } = context
  const snapshot = await requireSnapshot(ports)
  requireState(snapshot)
  const environment = requireEnvironment(snapshot, command.environment)
  const application = await namedApplication(context, snapshot, command)
  const details = { environment: environment.name, application }
  const branch = printBranchName({ kind: 'rollback', ...details })
  const done = (await ports.repository.pulls.listByHead(branch)).find(
    (pull) =>
      pull.author.login === ports.app && parseMarker(pull.body)?.command === comment.id && pull.state === 'closed',
  )
  if (done)
    return { outcome: outcome('done', 'ROLLBACK_OPENED', { details: { ...details, pullRequest: done.number } }) }
  const { mirror } = ports
  const plan = await planRollback({
    mirror,
    config: snapshot.config,
    overlays: snapshot.overlays,
    tip: snapshot.tip,
    ledger: snapshot.state?.ledger.values() ?? [],
    ...details,
    ...(command.to && { to: command.to }),
  })
  if (plan.carried.length === 0) return { outcome: outcome('nothing', 'NOTHING_TO_ROLL_BACK', { details }) }
  const open = await ports.repository.pulls.listOpen()
  const existing = openPullOf(open, branch, ports.app)
  const published = await publishPromotion(ports, snapshot, open, {
    plan,
    kind: 'rollback',
    base: snapshot.tip,
    requestedBy: comment.author.login,
    command: comment.id,
    ...(command.reason && { reason: command.reason }),
    auto: true,
  })
  requirePublished(published.outcome)
  await recordPublished(ports, snapshot, [published])
  await ports.queue.add({ kind: 'promotions', repository: ports.repository.ref })
  const text = [resultsText([published.outcome]), planText([{ plan }])].join('\n\n')
  if (existing && published.outcome.code === 'PROMOTION_CURRENT')
    return {
      outcome: outcome('nothing', 'ROLLBACK_OPEN', { details: { ...details, pullRequest: existing.number } }),
      text,
    }
  return { outcome: published.outcome, text }
}

/** No later round opens a rollback: what only a race kept from being written is tried again as a whole, anything else is refused. */
function requirePublished({ decision, code, message, remedy = '' }: Outcome): void {
  if (decision === 'waiting')
    throw new LockstepError({ code, message, remedy }, { kind: code === 'BRANCH_MOVED' ? 'unreachable' : 'refused' })
}

/** The named one; else the promotion's own; else the only one the pull request touches, as its author saw it. */
async function namedApplication(context: CommandContext, snapshot: Snapshot, command: Rollback): Promise<string> {
  const { ports, pull } = context
  const { environment, application } = command
  if (application) {
    requireApplication(snapshot, environment, application)
    return application
  }
  const promotion = parseBranchName(pull.head.ref)
  if (promotion?.environment === environment) return promotion.application
  if (pull.state === 'open') await requireUnmovedHead(context)
  const touched = await touchedApplications(ports.mirror, snapshot, pull)
  const [only, ...others] = applicationsIn(snapshot, environment).filter((each) => touched.has(each))
  if (only && others.length === 0) return only
  throw new LockstepError({
    code: 'NO_APPLICATION',
    message: only
      ? 'This pull request touches several applications.'
      : `This pull request touches no application of ${environment}.`,
    remedy: `/rollback ${environment} <app>`,
  })
}
