import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Claim, PromotionState } from '../state/state.ts'
import { type Candidate, greenGate, latest, notWanted, standingWaits } from './merge-wait.ts'
import type { Snapshot } from './snapshot.ts'

/** What keeps a promotion from being merged beside its gates, and since when (ISO 8601) where that is known. */
export interface Obstacle {
  readonly outcome: Outcome
  readonly since?: string
}

/**
 * All of it at once, for people; nothing is written. `readiness` decides by the same rules one after the other, and asks GitHub as little as
 * it can.
 */
export async function mergeObstacles(
  ports: PromotionPorts,
  { state }: Snapshot,
  each: Candidate,
  gatesPass: boolean,
): Promise<Obstacle[]> {
  const { pull, environment } = each
  const record = state?.ledger.get(String(pull.number))
  const unwanted = state && notWanted(record, each)
  const other = state && otherClaim(state, each)
  const gate = await greenGate(ports, pull)
  const standing = await ports.repository.pulls.standing(pull.number)
  const waits = await standingWaits(ports, pull, standing, latest(gate?.completedAt, record?.armed?.at))
  const own = state?.claims.get(environment.name)
  const inQueue = waits?.code === 'IN_MERGE_QUEUE' && own?.pullRequest === pull.number
  const left = waits?.code === 'LEFT_MERGE_QUEUE' ? standing.left?.at : undefined
  return [
    ...(unwanted ? [{ outcome: unwanted, since: record?.openedAt ?? pull.createdAt }] : []),
    ...(other ? [{ outcome: inFlight(other), since: other.at }] : []),
    ...(gatesPass && !gate ? [{ outcome: outcome('waiting', 'GATE_CHECK_WAITS') }] : []),
    ...(waits ? [{ outcome: waits, ...sinceOf(inQueue ? own?.at : left) }] : []),
  ]
}

function otherClaim({ claims }: PromotionState, { pull, environment }: Candidate): Claim | undefined {
  const claim = claims.get(environment.name)
  return claim && claim.pullRequest !== pull.number ? claim : undefined
}

function inFlight({ pullRequest, environment }: Claim): Outcome {
  const message = `#${pullRequest} is being merged into ${environment}.`
  return outcome('waiting', 'MERGE_IN_FLIGHT', { message })
}

function sinceOf(since: string | undefined): { since?: string } {
  return since === undefined ? {} : { since }
}
