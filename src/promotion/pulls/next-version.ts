import type { PromotionPlan } from '../carry/plan.ts'
import { edgeKey, type Hop, type Version, type Versions } from '../state/edge-state.ts'
import type { EdgeRequest } from './choose-plan.ts'
import { recordsOf } from './edge-records.ts'
import { newHop } from './hops.ts'
import { planEdge } from './plan-edge.ts'
import type { Snapshot } from './snapshot.ts'
import { upstreamValues } from './upstream-values.ts'

/** The next promotion where each version of upstream is promoted, and the line that the state must hold. */
export interface NextVersion {
  readonly plan?: PromotionPlan
  readonly source?: string
  /** Absent where the state says it already. */
  readonly line?: Versions
  /** The last of those that needed no pull request. */
  readonly hop?: Hop
}

/**
 * A version is a set of carried values that upstream ran and was healthy with; the same set twice in a row is one version, and one that was
 * replaced before it became healthy is none. They are promoted in the order in which they became healthy, the next once the one before is
 * merged, is what the environment has anyway, or was closed by a person. `current` is what upstream is healthy with now.
 */
export async function nextVersion(
  snapshot: Snapshot,
  { application, environment }: EdgeRequest,
  current: PromotionPlan | undefined,
): Promise<NextVersion> {
  const edge = { environment: environment.name, application }
  const known = snapshot.state?.versions.get(edgeKey(edge))
  const arrived = current && (await arrivedVersion(snapshot, current, known))
  const waiting = [...(known?.waiting ?? []), ...(arrived ? [arrived] : [])]
  let next: PromotionPlan | undefined
  let hop: Hop | undefined
  while (waiting[0] && !next) {
    const plan = await planOf(snapshot, edge.environment, application, waiting[0])
    const isNoOp = plan !== undefined && snapshot.state !== undefined && (await snapshot.isNoOp(plan))
    if (plan && isNoOp) hop = newHop(snapshot, plan)
    if (plan && !isNoOp) next = plan
    else waiting.shift()
  }
  const newest = arrived?.values ?? known?.newest
  const isKnown = known?.newest === newest && known?.waiting.length === waiting.length
  return {
    ...(next && waiting[0] && { plan: next, source: waiting[0].source }),
    ...(hop && { hop }),
    ...(newest && !isKnown && { line: { ...edge, newest, waiting } }),
  }
}

async function arrivedVersion(
  snapshot: Snapshot,
  { application, from }: PromotionPlan,
  known: Versions | undefined,
): Promise<Version | undefined> {
  const values = await upstreamValues(snapshot, application, from)
  if (values === known?.newest) return undefined
  return { from, source: snapshot.tip, values, at: snapshot.now.toISOString() }
}

/** Undefined once nothing is left to do about it. */
async function planOf(
  snapshot: Snapshot,
  to: string,
  application: string,
  { from, source }: Version,
): Promise<PromotionPlan | undefined> {
  const records = recordsOf(snapshot.state, { environment: to, application }).filter((each) => each.source === source)
  if (records.some(({ merged, closed }) => merged || (closed && closed.planHash !== ''))) return undefined
  const plan = await planEdge(snapshot, { application, from, to, source })
  return plan.carried.length > 0 ? plan : undefined
}
