import { type EnvironmentConfig, upstreamOf } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { type PromotionPlan, planPromotion } from '../carry/plan.ts'
import { healthyEnvironments, satisfies, type UpstreamFact, upstreamFault } from '../gates/gates.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { type LedgerRecord, writeEntry } from '../state/state.ts'
import { printBranchName } from './branch-name.ts'
import { parseMarker } from './marker.ts'
import { openPullOf } from './promotion-branch.ts'
import { type Published, publishPromotion, writeRecords } from './publish-promotion.ts'
import { type Snapshot, upstreamFacts } from './snapshot.ts'

export interface EdgeRequest {
  readonly application: string
  readonly environment: EnvironmentConfig
  /** The person who asked, and the comment; absent when it happens by itself. */
  readonly requested?: { readonly by: string; readonly command: number }
}

/** Opens, updates or closes the promotions of every application into every environment, and records them in one commit. */
export async function openPromotions(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  const published: Published[] = []
  for (const environment of snapshot.config.environments)
    for (const application of applicationsIn(snapshot, environment.name))
      published.push(await openPromotion(ports, snapshot, open, { application, environment }))
  await recordPublished(ports, snapshot, published)
  return published.map((each) => each.outcome)
}

export function applicationsIn({ overlays }: Pick<Snapshot, 'overlays'>, environment: string): string[] {
  return [...new Set(overlays.filter((each) => each.environment === environment).map(({ application }) => application))]
}

/** One application into one environment. What only the caller can do once for all, the record, is in the answer. */
export async function openPromotion(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  request: EdgeRequest,
): Promise<Published> {
  const { application, environment, requested } = request
  const details = { environment: environment.name, application }
  try {
    const choice = await choosePlan(snapshot, request)
    if ('outcome' in choice) {
      const isEmpty = choice.outcome.code === 'NOTHING_TO_PROMOTE'
      return isEmpty ? closeEmpty(ports, open, choice.outcome, details) : choice
    }
    const { plan } = choice
    if (!requested && wasRolledBack(snapshot, plan))
      return { outcome: outcome('nothing', 'PROMOTION_ROLLED_BACK', { details }) }
    if (!requested && (await staysClosed(ports, snapshot, open, plan)))
      return { outcome: outcome('nothing', 'PROMOTION_STAYS_CLOSED', { details }) }
    return await publishPromotion(ports, snapshot, open, {
      plan,
      kind: 'promotion',
      base: snapshot.tip,
      requestedBy: requested?.by ?? ports.app,
      ...(requested && { command: requested.command }),
      auto: environment.promote === 'auto',
    })
  } catch (error) {
    if (error instanceof LockstepError) return { outcome: refusal(error, details) }
    throw error
  }
}

export async function recordPublished(
  ports: PromotionPorts,
  { state }: Snapshot,
  published: readonly Published[],
): Promise<void> {
  const records = published.flatMap(({ record }) => record ?? [])
  const isNew = (record: LedgerRecord) => state?.ledger.get(String(record.pullRequest))?.planHash !== record.planHash
  const changed = records.filter(isNew)
  const numbers = changed.map(({ pullRequest }) => `#${pullRequest}`).join(', ')
  await writeRecords(ports, `Record ${numbers}`, changed)
}

type Choice = { readonly plan: PromotionPlan } | { readonly outcome: Outcome }

/** From which upstream environment, and what: only where enough of them are healthy at the render that would be carried. */
export async function choosePlan(snapshot: Snapshot, { application, environment }: EdgeRequest): Promise<Choice> {
  const details = { environment: environment.name, application }
  const upstream = upstreamOf(environment).filter((name) => snapshot.targets(application, name).length > 0)
  if (upstreamOf(environment).length === 0) return { outcome: outcome('nothing', 'FIRST_ENVIRONMENT', { details }) }
  const plans = await Promise.all(upstream.map((from) => planFrom(snapshot, application, from, environment.name)))
  if (plans.every(({ carried }) => carried.length === 0))
    return { outcome: outcome('nothing', 'NOTHING_TO_PROMOTE', { details }) }
  const facts = await upstreamFacts(snapshot, application, environment)
  const healthy = healthyEnvironments(facts, snapshot.now)
  if (!satisfies(environment.after, healthy)) return { outcome: notHealthy(facts, snapshot.now, details) }
  const candidates = plans.filter(({ from }) => healthy.includes(from))
  const needed = 'any' in environment.after ? candidates.slice(0, 1) : candidates
  const [plan] = needed
  if (!plan || plan.carried.length === 0) return { outcome: outcome('nothing', 'NOTHING_TO_PROMOTE', { details }) }
  if (needed.some((other) => carriedText(other) !== carriedText(plan)))
    return { outcome: outcome('waiting', 'UPSTREAMS_DIFFER', { details }) }
  return { plan }
}

function planFrom(
  { sources, config }: Snapshot,
  application: string,
  from: string,
  to: string,
): Promise<PromotionPlan> {
  return planPromotion(sources, { config, application, from, to })
}

function carriedText({ carried }: PromotionPlan): string {
  return JSON.stringify(carried.map(({ path, file, after }) => [path, file, after]))
}

function notHealthy(facts: readonly UpstreamFact[], now: Date, details: Outcome['details']): Outcome {
  const faults = facts.flatMap((fact) => upstreamFault(fact, now) ?? [])
  const worst = faults.find(({ verdict }) => verdict === 'blocked') ?? faults[0]
  return outcome('waiting', worst?.code ?? 'FACTS_UNKNOWN', { details, ...(worst && { message: worst.message }) })
}

/** Nothing is left to carry: the open promotion would do nothing, or undo something. */
async function closeEmpty(
  ports: PromotionPorts,
  open: readonly PullRequest[],
  empty: Outcome,
  details: { environment: string; application: string },
): Promise<Published> {
  const pull = openPullOf(open, printBranchName({ kind: 'promote', ...details }), ports.app)
  if (!pull) return { outcome: empty }
  const at = ports.clock().toISOString()
  await changeState(ports, `Close #${pull.number}: nothing is left to carry`, (state) => {
    const record = state.ledger.get(String(pull.number))
    return record ? [writeEntry({ kind: 'ledger', item: { ...record, closed: { at, planHash: '' } } })] : []
  })
  await ports.repository.pulls.update(pull.number, { state: 'closed' })
  return { outcome: outcome('done', 'PROMOTION_CLOSED', { details: { ...details, pullRequest: pull.number } }) }
}

/** A person closed exactly this plan. The ledger knows; only when it does not, GitHub is asked once and the ledger told. */
async function staysClosed(
  ports: PromotionPorts,
  { state }: Snapshot,
  open: readonly PullRequest[],
  plan: PromotionPlan,
): Promise<boolean> {
  const { application, to } = plan
  const branch = printBranchName({ kind: 'promote', environment: to, application })
  if (openPullOf(open, branch, ports.app)) return false
  const newest = recordsOf(state, plan).find(({ kind }) => kind === 'promotion')
  if (newest?.closed) return newest.closed.planHash === plan.planHash
  if (newest && !newest.merged) return false
  const [last] = await ports.repository.pulls.listByHead(branch)
  if (!last || last.state === 'open' || last.merged || last.author.login !== ports.app) return false
  if (parseMarker(last.body)?.planHash !== plan.planHash) return false
  await writeRecords(ports, `Record that #${last.number} was closed`, [closedRecord(last, plan, ports)])
  return true
}

/** Exactly this was promoted before, and a rollback was the last thing merged since. */
function wasRolledBack({ state }: Snapshot, plan: PromotionPlan): boolean {
  const merged = recordsOf(state, plan).filter((record) => record.merged)
  return (
    merged[0]?.kind === 'rollback' &&
    merged.some(({ kind, planHash }) => kind === 'promotion' && planHash === plan.planHash)
  )
}

/** Newest first. */
function recordsOf(state: Snapshot['state'], { application, to }: PromotionPlan): LedgerRecord[] {
  const own = [...(state?.ledger.values() ?? [])].filter((each) => each.application === application && each.to === to)
  return own.toSorted((a, b) => b.pullRequest - a.pullRequest)
}

function closedRecord(
  pull: PullRequest,
  { application, from, to, planHash }: PromotionPlan,
  ports: PromotionPorts,
): LedgerRecord {
  return {
    pullRequest: pull.number,
    kind: 'promotion',
    application,
    from,
    to,
    planHash,
    requestedBy: ports.app,
    openedAt: pull.createdAt,
    closed: { at: pull.updatedAt, planHash },
  }
}
