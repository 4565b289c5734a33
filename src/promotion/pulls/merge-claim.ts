import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState, readState } from '../state/ledger.ts'
import { activeHold, activeLock, type Claim, type PromotionState, removeEntry, writeEntry } from '../state/state.ts'

/**
 * For so long after a claim was ended somebody who had looked at it before may still merge on it: the write that ended it, their look and
 * their request each take half a minute at most. Measured by the clock of one process alone.
 */
export const UNDER_WAY_MS = 120_000
const LONGEST_LOOK_MS = 15_000

export interface TakenClaim {
  readonly claim: Claim
  /** Nobody else can have begun to merge on it. */
  readonly fresh: boolean
}

/**
 * Takes the environment for this merge, deciding lock, hold and other claims on the very state that it is written onto. A claim for the
 * same pull request, left by a process that died or is slow, is taken over: its holder finds out before it sends anything more.
 */
export async function takeClaim(
  ports: PromotionPorts,
  pull: PullRequest,
  environment: string,
): Promise<TakenClaim | Outcome> {
  let taken: TakenClaim | Outcome = outcome('waiting', 'MERGE_IN_FLIGHT')
  const now = ports.clock()
  const claim = { environment, pullRequest: pull.number, sha: pull.head.sha, by: ports.process, at: now.toISOString() }
  await changeState(ports, `Claim ${environment} for #${pull.number}`, (state) => {
    const refused = refusalOf(state, pull.number, environment, now)
    taken = refused ?? { claim, fresh: !state.claims.has(environment) }
    return refused ? [] : [writeEntry({ kind: 'claims', item: claim })]
  })
  return taken
}

function refusalOf(state: PromotionState, number: number, environment: string, now: Date): Outcome | undefined {
  const other = state.claims.get(environment)
  if (other && other.pullRequest !== number) return outcome('waiting', 'MERGE_IN_FLIGHT')
  if (activeHold(state, number, now)) return outcome('waiting', 'HELD', { remedy: '/unhold' })
  if (activeLock(state, environment, now)) return outcome('waiting', 'LOCKED', { remedy: `/unlock ${environment}` })
  return undefined
}

/** Whether the claim still stands as it was taken; false where that is not known of this moment. */
export async function holdsClaim(ports: PromotionPorts, { claim }: TakenClaim): Promise<boolean> {
  const began = ports.clock().getTime()
  const { claims } = await readState(ports)
  return isSame(claims.get(claim.environment), claim) && ports.clock().getTime() - began < LONGEST_LOOK_MS
}

function isSame(there: Claim | undefined, { pullRequest, sha, by, at }: Claim): boolean {
  return there?.pullRequest === pullRequest && there.sha === sha && there.by === by && there.at === at && !there.ending
}

/** After a merge on it was refused. Only what nobody else can have used is taken away at once. */
export async function releaseTaken(ports: PromotionPorts, { claim, fresh }: TakenClaim): Promise<void> {
  if (!fresh) return endClaim(ports, claim.pullRequest)
  await changeState(ports, `Release the claim of #${claim.pullRequest}`, (state) =>
    isSame(state.claims.get(claim.environment), claim) ? [removeEntry({ kind: 'claims', item: claim })] : [],
  )
}

/**
 * Ends a claim that an earlier round left. Whoever merges on it may have a request under way, so first nobody may begin another, and once
 * that request must be over the claim is taken away.
 */
export async function endClaim(ports: PromotionPorts, number: number): Promise<void> {
  await changeState(ports, `End the claim of #${number}`, (state) => {
    // Of each attempt: what is written may have waited for a long time.
    const now = ports.clock()
    return claimsOf(state, number).flatMap((item) => {
      const { ending } = item
      if (ending?.by !== ports.process)
        return [writeEntry({ kind: 'claims', item: { ...item, ending: { by: ports.process, at: now.toISOString() } } })]
      const isOver = now.getTime() - Date.parse(ending.at) >= UNDER_WAY_MS
      return isOver ? [removeEntry({ kind: 'claims', item })] : []
    })
  })
  const { ref: repository } = ports.repository
  await ports.queue.add({ kind: 'promotions', repository }, { delayMs: UNDER_WAY_MS })
}

export function claimsOf(state: PromotionState | undefined, number: number): Claim[] {
  return [...(state?.claims.values() ?? [])].filter(({ pullRequest }) => pullRequest === number)
}
