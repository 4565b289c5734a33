import type { MergeResult, PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { catchUp } from './catch-up.ts'
import { claimsOf, endClaim, holdsClaim, releaseTaken, type TakenClaim, takeClaim } from './merge-claim.ts'
import { type Candidate, type Readiness, readiness } from './merge-wait.ts'
import { recordSettled } from './settle-promotions.ts'
import { environmentOf, readSnapshot, type Snapshot } from './snapshot.ts'

/**
 * Merges every promotion that somebody armed, that its environment merges by itself, or that is a rollback, once its gates pass. One that must
 * be up to date for that is brought there, one after the other.
 */
export async function mergePromotions(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const behind: Candidate[] = []
  for (const pull of open.toSorted((a, b) => a.number - b.number)) {
    const branch = promotionOf(ports, pull)
    const environment = branch && environmentOf(snapshot, branch.environment)
    if (!branch || !environment) continue
    const result = await mergePromotion(ports, snapshot, { pull, branch, environment }, behind)
    const details = { environment: branch.environment, application: branch.application, pullRequest: pull.number }
    outcomes.push({ ...result, details: { ...details, ...result.details } })
  }
  const [next] = behind
  if (next && !outcomes.some(({ code }) => MOVES_BASE.has(code))) outcomes.push(await catchUp(ports, snapshot, next))
  return outcomes
}

/** Whatever is brought up to date before these have ended is behind again then. */
const MOVES_BASE: ReadonlySet<string> = new Set(['PROMOTION_MERGED', 'MERGE_IN_FLIGHT', 'GATE_CHECK_WAITS'])

async function mergePromotion(
  ports: PromotionPorts,
  snapshot: Snapshot,
  each: Candidate,
  behind: Candidate[],
): Promise<Outcome> {
  const { pull, environment } = each
  const found = await readiness(ports, snapshot, each)
  if ('waits' in found && found.behind) behind.push(each)
  if ('waits' in found) return leave(ports, snapshot, pull, found.waits)
  const taken = await takeClaim(ports, pull, environment.name)
  return 'claim' in taken ? mergeClaimed(ports, each, taken) : leave(ports, snapshot, pull, taken)
}

/** Nothing is merged now, so a claim that an earlier round left must not keep the environment, unless the queue still has it. */
async function leave(
  ports: PromotionPorts,
  { state }: Snapshot,
  { number }: PullRequest,
  waits: Outcome,
): Promise<Outcome> {
  if (claimsOf(state, number).length === 0 || waits.code === 'IN_MERGE_QUEUE') return waits
  const { queue } = await ports.repository.pulls.standing(number)
  if (queue !== 'inside') await endClaim(ports, number)
  return waits
}

/** Everything is looked at and decided anew under the claim: what changed until then is known, and a lock from now on meets the claim. */
async function mergeClaimed(ports: PromotionPorts, each: Candidate, taken: TakenClaim): Promise<Outcome> {
  const found = await decideAgain(ports, each)
  if ('waits' in found) {
    await releaseTaken(ports, taken)
    return found.waits
  }
  const merged = await merge(ports, each.pull, taken, found.viaQueue)
  if (merged.merged) return finish(ports, each.pull, merged)
  // The queue merges it later: until then the environment stays claimed for it.
  if (merged.refusal === 'queued') return outcome('waiting', 'IN_MERGE_QUEUE')
  if (merged.refusal === 'withdrawn') return outcome('waiting', 'MERGE_IN_FLIGHT')
  await releaseTaken(ports, taken)
  return mergeRefused(merged)
}

async function decideAgain(ports: PromotionPorts, { pull, branch }: Candidate): Promise<Readiness> {
  const [snapshot, now] = [await readSnapshot(ports), await ports.repository.pulls.get(pull.number)]
  const environment = snapshot && environmentOf(snapshot, branch.environment)
  if (!environment || now?.state !== 'open' || now.head.sha !== pull.head.sha)
    return { waits: outcome('waiting', 'BRANCH_MOVED') }
  return readiness(ports, snapshot, { pull: now, branch, environment })
}

async function merge(
  ports: PromotionPorts,
  pull: PullRequest,
  taken: TakenClaim,
  viaQueue: boolean,
): Promise<MergeResult> {
  const { message } = await ports.mirror.commit(pull.head.sha)
  return ports.repository.pulls.merge(pull.number, {
    sha: pull.head.sha,
    title: `${pull.title} (#${pull.number})`,
    message: message.split('\n').slice(1).join('\n').trim(),
    viaQueue,
    stillTrue: () => holdsClaim(ports, taken),
  })
}

async function finish(
  ports: PromotionPorts,
  pull: PullRequest,
  { sha }: Extract<MergeResult, { merged: true }>,
): Promise<Outcome> {
  const at = ports.clock().toISOString()
  await ports.repository.branches.delete(pull.head.ref)
  await recordSettled(ports, [{ ...pull, state: 'closed', merged: true, mergeCommit: sha, mergedAt: at }])
  await ports.queue.add({ kind: 'dispatch', repository: ports.repository.ref })
  return outcome('done', 'PROMOTION_MERGED', { details: { commit: sha } })
}

function mergeRefused({ refusal, message }: Extract<MergeResult, { merged: false }>): Outcome {
  const passing = refusal === 'base-moved' || refusal === 'head-moved' || refusal === 'blocked'
  return outcome(passing ? 'waiting' : 'refused', 'MERGE_REFUSED', { message, details: { refusal } })
}
