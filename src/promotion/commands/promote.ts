import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { postedTrailers } from '../gates/posted-plan.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { applicationsIn } from '../pulls/applications-in.ts'
import type { PromotionBranch } from '../pulls/branch-name.ts'
import { choosePlan, openPromotion, recordPublished } from '../pulls/open-promotions.ts'
import type { Snapshot } from '../pulls/snapshot.ts'
import { changeState } from '../state/ledger.ts'
import { type LedgerRecord, writeEntry } from '../state/state.ts'
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

type Promote = Extract<Command, { name: 'promote' }>

/** On a promotion: arms it, bound to its head. On any other pull request: opens or updates promotions. */
export async function promote(context: CommandContext, command: Promote): Promise<CommandAnswer> {
  await requireUnmovedHead(context)
  const branch = promotionOf(context.ports, context.pull)
  const isSame = !command.environment || command.environment === branch?.environment
  const isOpen = context.pull.state === 'open'
  if (branch && isSame && isOpen && !command.dryRun) return arm(context, branch)
  if (branch && !isOpen && !command.environment) throw closedPull(branch)
  if (!command.environment)
    throw new LockstepError({
      code: 'NOT_A_PROMOTION',
      message: 'This pull request is not a promotion.',
      remedy: '/promote <env> opens one.',
    })
  return open(context, command, command.environment)
}

async function arm({ ports, pull, comment }: CommandContext, branch: PromotionBranch): Promise<CommandAnswer> {
  const opened = await openedRecord(ports, pull, branch)
  const armed = { by: comment.author.login, at: comment.createdAt, sha: pull.head.sha }
  await changeState(ports, `Arm #${pull.number}`, (state) => {
    const record = state.ledger.get(String(pull.number)) ?? opened
    if (!record) throw notRecorded()
    return [writeEntry({ kind: 'ledger', item: { ...record, armed } })]
  })
  await ports.queue.add({ kind: 'promotions', repository: ports.repository.ref })
  const details = { pullRequest: pull.number, commit: pull.head.sha }
  return { outcome: outcome('done', 'PROMOTION_ARMED', { details }) }
}

/** The record as the commit tells it, for the moment between opening the pull request and writing its record. */
async function openedRecord(
  ports: PromotionPorts,
  pull: PullRequest,
  branch: PromotionBranch,
): Promise<LedgerRecord | undefined> {
  const trailers = await postedTrailers(ports.mirror, await requireSnapshot(ports), pull.head.sha, branch)
  return trailers && { ...trailers, requestedBy: ports.app, pullRequest: pull.number, openedAt: pull.createdAt }
}

async function open(context: CommandContext, command: Promote, name: string): Promise<CommandAnswer> {
  const { ports, comment } = context
  const snapshot = await requireSnapshot(ports)
  const environment = requireEnvironment(snapshot, name)
  const applications = await namedApplications(context, snapshot, command, name)
  if (command.dryRun) {
    const choices = await Promise.all(
      applications.map((application) => choosePlan(snapshot, { application, environment })),
    )
    return { outcome: outcome('done', 'PLAN_SHOWN'), text: planText(choices) }
  }
  requireState(snapshot)
  const pulls = await ports.repository.pulls.listOpen()
  const requested = { by: comment.author.login, command: comment.id }
  const published = []
  for (const application of applications)
    published.push(await openPromotion(ports, snapshot, pulls, { application, environment, requested }))
  await recordPublished(ports, snapshot, published)
  const outcomes = published.map((each) => each.outcome)
  return { outcome: worst(outcomes), text: resultsText(outcomes) }
}

async function namedApplications(
  { ports, pull }: CommandContext,
  snapshot: Snapshot,
  command: Promote,
  environment: string,
): Promise<readonly string[]> {
  for (const application of command.applications) requireApplication(snapshot, environment, application)
  if (command.applications.length > 0) return command.applications
  const known = applicationsIn(snapshot, environment)
  if (command.all) return known
  const touched = await touchedApplications(ports.mirror, snapshot, pull)
  const found = known.filter((application) => touched.has(application))
  if (found.length > 0) return found
  throw new LockstepError({
    code: 'NO_APPLICATION',
    message: `This pull request touches no application of ${environment}.`,
    remedy: `/promote ${environment} <app>`,
  })
}

/** Somebody asked for it: what did not happen is told as refused. */
function worst(outcomes: readonly Outcome[]): Outcome {
  const found = ['failed', 'refused', 'waiting', 'done'].flatMap(
    (each) => outcomes.find(({ decision }) => decision === each) ?? [],
  )[0]
  const result = found ?? outcomes[0] ?? outcome('nothing', 'NOTHING_TO_PROMOTE')
  return result.decision === 'waiting' ? { ...result, decision: 'refused' } : result
}

/** Opened a moment ago by a round that has not written its record yet. */
function notRecorded(): LockstepError {
  return new LockstepError({
    code: 'PLAN_NOT_POSTED',
    message: 'The plan of this promotion is not recorded yet.',
    remedy: 'Comment again in a minute.',
  })
}

function closedPull({ environment, application }: PromotionBranch): LockstepError {
  return new LockstepError({
    code: 'PULL_REQUEST_CLOSED',
    message: 'This promotion is closed.',
    remedy: `/promote ${environment} ${application} opens it again.`,
  })
}
