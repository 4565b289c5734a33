import type { PromotionPlan } from '../carry/plan.ts'
import { healthyEnvironments, satisfies } from '../gates/gates.ts'
import { type Edge, edgeKey, type Hop } from '../state/edge-state.ts'
import type { EdgeRequest } from './choose-plan.ts'
import { recordsOf } from './edge-records.ts'
import { planEdge } from './plan-edge.ts'
import { type Snapshot, upstreamFacts } from './snapshot.ts'
import { ruleFor } from './upstream-rule.ts'
import { upstreamFingerprint } from './upstream-values.ts'

/** The record of a hop that needs no pull request; undefined where the state says it already, or cannot be read. */
export function newHop(snapshot: Snapshot, { application, from, to, planHash }: HopPlan): Hop | undefined {
  const upstream = upstreamFingerprint(snapshot, application, from)
  const known = snapshot.state?.hops.get(edgeKey({ environment: to, application }))
  const isKnown = known?.from === from && known.planHash === planHash && known.upstream === upstream
  if (!snapshot.state || isKnown) return undefined
  const at = snapshot.now.toISOString()
  return { environment: to, application, from, planHash, revision: snapshot.tip, upstream, at }
}

type HopPlan = Pick<PromotionPlan, 'application' | 'from' | 'to' | 'planHash'>

/**
 * The hop of an upstream that was edited since something was promoted from it, without anything to carry: comments, white space, or what
 * is its own alone. Only where upstream is healthy with it.
 */
export async function emptyHop(snapshot: Snapshot, request: EdgeRequest): Promise<Hop | undefined> {
  const { application, environment } = request
  const last = lastHop(snapshot, { application, environment: environment.name })
  if (!last || snapshot.targets(application, last.from).length === 0) return undefined
  if (upstreamFingerprint(snapshot, application, last.from) === last.upstream) return undefined
  const healthy = healthyEnvironments(await upstreamFacts(snapshot, application, environment), snapshot.now)
  if (!satisfies(ruleFor(snapshot, application, environment), healthy)) return undefined
  const plan = await planEdge(snapshot, { application, from: last.from, to: environment.name })
  return plan.carried.length === 0 ? newHop(snapshot, plan) : undefined
}

/** From where the application came into the environment last, with or without a pull request, and what upstream's files were then. */
function lastHop({ state }: Snapshot, edge: Edge): { from: string; upstream: string } | undefined {
  const hop = state?.hops.get(edgeKey(edge))
  const promotion = recordsOf(state, edge).find(({ merged, upstream }) => merged && upstream)
  if (!promotion?.upstream || !promotion.merged) return hop
  if (hop && Date.parse(hop.at) > Date.parse(promotion.merged.at)) return hop
  return { from: promotion.from, upstream: promotion.upstream }
}
