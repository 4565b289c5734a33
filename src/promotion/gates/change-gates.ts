import type { ProposedChange } from '../../config/proposed-change.ts'
import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import type { PullRequest } from '../../model/github.ts'
import type { PromotionPorts } from '../ports.ts'
import { readState } from '../state/ledger.ts'
import { approvalFacts } from './approval-facts.ts'
import { directChangeReasons, type PeopleFacts, weakeningReasons } from './direct-changes.ts'
import { knownFact } from './known-fact.ts'
import { promotionOf } from './promotion-gates.ts'
import { weakenings } from './weakenings.ts'

/**
 * What each environment asks of a pull request that changes it without being its promotion, or that weakens what is asked there. By
 * the base branch's rules alone. Reviews and the state are read only where somebody's word counts.
 */
export async function changeGateReasons(
  ports: PromotionPorts,
  pull: PullRequest,
  { overlays, before, after }: ProposedChange,
): Promise<GateReason[]> {
  const promoted = promotionOf(ports, pull)?.environment
  const direct = Map.groupBy(overlays, ({ environment }) => environment)
  const weaker = Map.groupBy(after ? weakenings(before, after) : [], ({ environment }) => environment)
  const reasons = await Promise.all(
    before.environments.map(async (environment) => {
      const changed = environment.name === promoted ? undefined : direct.get(environment.name)
      const found = weaker.get(environment.name)
      if (!changed && !found) return []
      const facts = await peopleFacts(ports, pull, environment)
      const applications = [...new Set(changed?.map(({ application }) => application))]
      return [
        ...(changed ? directChangeReasons(facts, applications) : []),
        ...(found ? weakeningReasons(facts, found) : []),
      ]
    }),
  )
  return distinct(reasons.flat())
}

async function peopleFacts(
  ports: PromotionPorts,
  pull: PullRequest,
  environment: EnvironmentConfig,
): Promise<PeopleFacts> {
  const { gates, changes } = environment
  const asked = gates.approvals > 0 || gates.teams.length > 0
  const [approval, state] = await Promise.all([
    asked ? approvalFacts(ports, pull, environment, undefined) : NOBODY_ASKED,
    changes === 'approvals' ? knownFact(() => readState(ports)) : undefined,
  ])
  return { now: ports.clock(), environment, pullRequest: pull.number, headSha: pull.head.sha, approval, state }
}

const NOBODY_ASKED = { reviews: [], reviewers: new Set<string>(), excluded: [], teams: new Map() }

/** An approval that is asked for by two rules is told once. */
function distinct(reasons: readonly GateReason[]): GateReason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()]
}
