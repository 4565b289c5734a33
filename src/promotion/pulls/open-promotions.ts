import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Edge } from '../state/edge-state.ts'
import type { LedgerRecord } from '../state/state.ts'
import { applicationsIn } from './applications-in.ts'
import { printBranchName } from './branch-name.ts'
import { type Choice, choosePlan, type EdgeRequest } from './choose-plan.ts'
import { closeOrphans } from './close-orphans.ts'
import { closePull } from './close-pull.ts'
import { staysClosed, wasRolledBack } from './closed-before.ts'
import { emptyHop, newHop } from './hops.ts'
import { nextVersion } from './next-version.ts'
import { openPullOf } from './promotion-branch.ts'
import { type EdgeEntry, type Published, publishPromotion, writeRecords } from './publish-promotion.ts'
import { refreshRollbacks } from './refresh-rollbacks.ts'
import type { Snapshot } from './snapshot.ts'
import { unknownFate, unknownState } from './unknown-state.ts'

export { choosePlan, type EdgeRequest } from './choose-plan.ts'

/** Opens, updates or closes the promotions of every application into every environment, and records them in one commit. */
export async function openPromotions(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  const published = [...(await closeOrphans(ports, snapshot, open)), ...(await refreshRollbacks(ports, snapshot, open))]
  for (const environment of snapshot.config.environments)
    for (const application of applicationsIn(snapshot, environment.name))
      published.push(await openPromotion(ports, snapshot, open, { application, environment }))
  await recordPublished(ports, snapshot, published)
  return published.map((each) => each.outcome)
}

export async function recordPublished(
  ports: PromotionPorts,
  { state }: Snapshot,
  published: readonly Published[],
): Promise<void> {
  const records = published.flatMap(({ record }) => record ?? [])
  const changed = records.filter((record) => isNews(state?.ledger.get(String(record.pullRequest)), record))
  const entries = published.flatMap((each) => each.entries ?? [])
  const pulls = changed.map(({ pullRequest }) => `#${pullRequest}`)
  const edges = entries.map(({ item }) => `${item.application} in ${item.environment}`)
  await writeRecords(ports, headline([...new Set([...pulls, ...edges])]), changed, entries)
  // What was judged since its branch moved was held against the plan recorded before.
  const updated = changed.filter(({ pullRequest }) => state?.ledger.has(String(pullRequest)))
  for (const { pullRequest: number } of updated)
    await ports.queue.add({ kind: 'preview', repository: ports.repository.ref, number })
}

function isNews(known: LedgerRecord | undefined, { planHash, source }: LedgerRecord): boolean {
  return known?.planHash !== planHash || known.source !== source || known.closed?.planHash === ''
}

const MOST_NAMED = 10

function headline(names: readonly string[]): string {
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return `Record ${names.slice(0, MOST_NAMED).join(', ')}${rest}`
}

/** One application into one environment. What only the caller can do once for all, the record, is in the answer. */
export async function openPromotion(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  request: EdgeRequest,
): Promise<Published> {
  const details = { environment: request.environment.name, application: request.application }
  const unknown =
    unknownState(snapshot, details) ?? (request.requested ? undefined : unknownFate(snapshot, open, details))
  if (unknown) return { outcome: unknown }
  try {
    const choice = await choosePlan(snapshot, request)
    if ('outcome' in choice && choice.outcome.code !== 'NOTHING_TO_PROMOTE') return choice
    if (request.environment.promotions === 'every' && snapshot.state)
      return await openNext(ports, snapshot, open, request, choice)
    if ('outcome' in choice) return await nothingLeft(ports, snapshot, open, request, choice.outcome)
    return await openPlan(ports, snapshot, open, request, choice)
  } catch (error) {
    if (error instanceof LockstepError) return { outcome: refusal(error, details) }
    throw error
  }
}

/** Each version of upstream in its turn. */
async function openNext(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  request: EdgeRequest,
  choice: Choice,
): Promise<Published> {
  const current = 'plan' in choice ? choice : undefined
  const { plan, source, line, hop } = await nextVersion(snapshot, request, current?.plan)
  const entries: EdgeEntry[] = [
    ...(line ? [{ kind: 'versions' as const, item: line }] : []),
    ...(hop ? [{ kind: 'hops' as const, item: hop }] : []),
  ]
  const next = plan ? { plan, ...(source && { source }) } : request.requested && current
  const published = next
    ? await openPlan(ports, snapshot, open, request, next)
    : await nothingLeft(ports, snapshot, open, request, nothingToPromote(request))
  return { ...published, entries: [...entries, ...(published.entries ?? [])] }
}

async function openPlan(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  { application, environment, requested }: EdgeRequest,
  { plan, source }: { readonly plan: PromotionPlan; readonly source?: string },
): Promise<Published> {
  const details = { environment: environment.name, application }
  if (snapshot.state && (await snapshot.isNoOp(plan))) return noOp(ports, snapshot, open, plan)
  if (!requested && wasRolledBack(snapshot, plan))
    return { outcome: outcome('nothing', 'PROMOTION_ROLLED_BACK', { details }) }
  if (!requested && (await staysClosed(ports, snapshot, open, plan)))
    return { outcome: outcome('nothing', 'PROMOTION_STAYS_CLOSED', { details }) }
  return publishPromotion(ports, snapshot, open, {
    plan,
    kind: 'promotion',
    base: snapshot.tip,
    requestedBy: requested?.by ?? ports.app,
    ...(requested && { command: requested.command }),
    ...(source && { source }),
    auto: environment.promote === 'auto',
  })
}

/** What is rendered stays the same: done without a pull request, and the environments after this one go on from it. */
async function noOp(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  plan: PromotionPlan,
): Promise<Published> {
  const details = { environment: plan.to, application: plan.application }
  await closeOpen(ports, open, details, 'what it would change is not rendered any more')
  const hop = newHop(snapshot, plan)
  return {
    outcome: outcome(hop ? 'done' : 'nothing', 'HOP_RECORDED', { details }),
    ...(hop && { entries: [{ kind: 'hops', item: hop }] }),
  }
}

/** Nothing is left to carry: an open promotion would do nothing, or undo something. */
async function nothingLeft(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  request: EdgeRequest,
  empty: Outcome,
): Promise<Published> {
  const details = { environment: request.environment.name, application: request.application }
  const closed = await closeOpen(ports, open, details, 'nothing is left to carry')
  if (closed) return { outcome: outcome('done', 'PROMOTION_CLOSED', { details: { ...details, pullRequest: closed } }) }
  const hop = await emptyHop(snapshot, request)
  return hop
    ? { outcome: outcome('done', 'HOP_RECORDED', { details }), entries: [{ kind: 'hops', item: hop }] }
    : { outcome: empty }
}

function nothingToPromote({ application, environment }: EdgeRequest): Outcome {
  return outcome('nothing', 'NOTHING_TO_PROMOTE', { details: { environment: environment.name, application } })
}

/** Closes the edge's open promotion, saying why; answers its number. */
async function closeOpen(
  ports: PromotionPorts,
  open: readonly PullRequest[],
  details: Edge,
  why: string,
): Promise<number | undefined> {
  const pull = openPullOf(open, printBranchName({ kind: 'promote', ...details }), ports.app)
  if (pull) await closePull(ports, pull.number, why)
  return pull?.number
}
