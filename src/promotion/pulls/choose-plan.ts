import { type AfterRule, type EnvironmentConfig, upstreamOf } from '../../config/repository-config.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import { healthyEnvironments, satisfies, type UpstreamFact, upstreamFault } from '../gates/gates.ts'
import { outcome } from '../outcome-of.ts'
import { type Agreement, agreements, differenceText } from './agreements.ts'
import { planEdge } from './plan-edge.ts'
import { type Snapshot, upstreamFacts } from './snapshot.ts'
import { ruleFor } from './upstream-rule.ts'
import { valuesSince } from './upstream-values.ts'

export interface EdgeRequest {
  readonly application: string
  readonly environment: EnvironmentConfig
  /** The person who asked, and the comment; absent when it happens by itself. */
  readonly requested?: { readonly by: string; readonly command: number }
}

/** `since` (ISO 8601): as far as that is known. */
export type Choice = { readonly plan: PromotionPlan } | { readonly outcome: Outcome; readonly since?: string }

/** From which upstream environment, and what: only where enough of them are healthy at the render that would be carried, and agree. */
export async function choosePlan(snapshot: Snapshot, { application, environment }: EdgeRequest): Promise<Choice> {
  const details = { environment: environment.name, application }
  const say = (decision: Outcome['decision'], code: Parameters<typeof outcome>[1], message?: string) => ({
    outcome: outcome(decision, code, { details, ...(message && { message }) }),
  })
  if (upstreamOf(environment).length === 0) return say('nothing', 'FIRST_ENVIRONMENT')
  const rule = ruleFor(snapshot, application, environment)
  const names = upstreamOf({ after: rule })
  if (names.length === 0) return say('nothing', 'NO_UPSTREAM')
  const edge = { application, to: environment.name }
  const plans = await Promise.all(names.map((from) => planEdge(snapshot, { ...edge, from })))
  if (plans.every(({ carried }) => carried.length === 0)) return say('nothing', 'NOTHING_TO_PROMOTE')
  const facts = await upstreamFacts(snapshot, application, environment)
  const healthy = healthyEnvironments(facts, snapshot.now)
  if (!satisfies(rule, healthy)) return notHealthy(facts, snapshot.now, details)
  const chosen = await chooseAgreement(snapshot, application, rule, plans, healthy)
  if (chosen === 'differ') return say('waiting', 'UPSTREAMS_DIFFER', differenceText(plans))
  return chosen.carried.length > 0 ? { plan: chosen } : say('nothing', 'NOTHING_TO_PROMOTE')
}

/** All must agree; of any, and of a quorum, the newest values count that enough healthy ones agree on. */
async function chooseAgreement(
  snapshot: Snapshot,
  application: string,
  rule: AfterRule,
  plans: readonly PromotionPlan[],
  healthy: readonly string[],
): Promise<PromotionPlan | 'differ'> {
  const groups = agreements(plans)
  const [only] = groups
  const isHealthy = ({ from }: PromotionPlan) => healthy.includes(from)
  if (only && groups.length === 1) return only.find(isHealthy) ?? 'differ'
  if ('all' in rule) return 'differ'
  const needed = 'any' in rule ? 1 : rule.atLeast
  for (const group of await newestFirst(snapshot, application, groups)) {
    const [first, ...rest] = group.filter(isHealthy)
    if (first && rest.length + 1 >= needed) return first
    // The environment has these already: whatever came before them would be a step back.
    if (group.some(({ carried }) => carried.length === 0)) return group[0] ?? 'differ'
  }
  return 'differ'
}

async function newestFirst(
  snapshot: Snapshot,
  application: string,
  groups: readonly Agreement[],
): Promise<readonly Agreement[]> {
  const dated = await Promise.all(
    groups.map(async (group) => {
      const since = await Promise.all(group.map(({ from }) => valuesSince(snapshot, application, from)))
      return { group, since: since.filter((commit) => commit !== undefined) }
    }),
  )
  const sorted: typeof dated = []
  for (const each of dated) {
    let place = 0
    while (place < sorted.length && !(await isNewer(snapshot, each.since, sorted[place]?.since ?? []))) place++
    sorted.splice(place, 0, each)
  }
  return sorted.map(({ group }) => group)
}

/** Values are as new as the first commit that brought them to any of the environments that agree on them. */
async function isNewer(snapshot: Snapshot, one: readonly string[], other: readonly string[]): Promise<boolean> {
  for (const commit of one) {
    const isAfterAll = await Promise.all(other.map((each) => each !== commit && snapshot.isBefore(each, commit)))
    if (!isAfterAll.every(Boolean)) return false
  }
  return one.length > 0
}

function notHealthy(facts: readonly UpstreamFact[], now: Date, details: Outcome['details']): Choice {
  const faults = facts.flatMap((fact) => upstreamFault(fact, now) ?? [])
  const worst = faults.find(({ verdict }) => verdict === 'blocked') ?? faults[0]
  const said = outcome('waiting', worst?.code ?? 'FACTS_UNKNOWN', { details, ...(worst && { message: worst.message }) })
  return { outcome: said, ...(worst?.since && { since: worst.since }) }
}
