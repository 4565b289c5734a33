import type { PullRequest } from '../../model/github.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import type { PromotionPorts } from '../ports.ts'
import type { PromotionBranch } from '../pulls/branch-name.ts'
import type { Snapshot } from '../pulls/snapshot.ts'
import type { PromotionTrailers } from '../pulls/trailers.ts'
import type { PlanFacts } from './facts.ts'
import { movedInPlan } from './moved-plan.ts'
import { movedInRender } from './moved-render.ts'
import { postedTrailers, recomputePlan, unplannedPaths } from './posted-plan.ts'

/** What the ledger says was posted binds; until it has a record, what the commit says. What moved is only looked for where it did. */
export async function planFacts(
  ports: PromotionPorts,
  snapshot: Snapshot,
  pull: PullRequest,
  branch: PromotionBranch,
): Promise<PlanFacts> {
  const { mirror } = ports
  const head = pull.head.sha
  const trailers = await postedTrailers(mirror, snapshot, head, branch)
  const record = snapshot.state?.ledger.get(String(pull.number))
  const posted = record?.planHash ?? trailers?.planHash
  const plan = trailers && (await recomputePlan(mirror, snapshot, trailers))
  const common = { posted, recomputed: plan?.planHash, carried: plan?.carried }
  if (!plan || plan.planHash !== posted) {
    const because = trailers ? await movedInPlan(mirror, snapshot, head, trailers, plan) : []
    return { ...common, exact: false, moved: [], because }
  }
  return { ...common, ...(await resultFacts(ports, snapshot, head, plan, trailers)) }
}

async function resultFacts(
  ports: PromotionPorts,
  snapshot: Snapshot,
  head: string,
  plan: PromotionPlan,
  { application, to }: PromotionTrailers,
): Promise<Pick<PlanFacts, 'exact' | 'moved' | 'because'>> {
  const unplanned = await unplannedPaths(ports.mirror, snapshot, head, plan)
  if (unplanned.length > 0) return { exact: false, moved: [], because: unplanned.map((path) => `file ${path}`) }
  return {
    exact: true,
    moved: await movedInRender(ports, snapshot, head, { application, environment: to }),
    because: [],
  }
}
