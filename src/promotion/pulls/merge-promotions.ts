import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import type { MergeResult, PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { gateReasons, promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { activeLock, type LedgerRecord, type PromotionState, writeEntry } from '../state/state.ts'
import type { PromotionBranch } from './branch-name.ts'
import { releaseClaim } from './publish-promotion.ts'
import { recordSettled } from './settle-promotions.ts'
import { environmentOf, type Snapshot } from './snapshot.ts'

export const GATE_CHECK = 'lockstep/gate'

/** Merges every promotion that somebody armed, that its environment merges by itself, or that is a rollback, once its gates pass. */
export async function mergePromotions(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const pull of open.toSorted((a, b) => a.number - b.number)) {
    const branch = promotionOf(ports, pull)
    const environment = branch && environmentOf(snapshot, branch.environment)
    if (!branch || !environment) continue
    const result = await mergePromotion(ports, snapshot, pull, branch, environment)
    const isClaimed = [...(snapshot.state?.claims.values() ?? [])].some((each) => each.pullRequest === pull.number)
    if (result.decision !== 'done' && result.code !== 'IN_MERGE_QUEUE' && isClaimed) await dropClaim(ports, pull)
    const details = { environment: branch.environment, application: branch.application, pullRequest: pull.number }
    outcomes.push({ ...result, details: { ...details, ...result.details } })
  }
  return outcomes
}

async function mergePromotion(
  ports: PromotionPorts,
  snapshot: Snapshot,
  pull: PullRequest,
  branch: PromotionBranch,
  environment: EnvironmentConfig,
): Promise<Outcome> {
  const record = snapshot.state?.ledger.get(String(pull.number))
  if (!record || pull.draft || !isWanted(record, branch, environment, pull))
    return outcome('waiting', 'WAITS_FOR_PROMOTE')
  const reasons = await gateReasons(ports, snapshot, pull)
  const closed = reasons.find(({ verdict }) => verdict !== 'passed')
  if (reasons.length === 0 || closed) return gatesWait(closed)
  if (!(await isGateGreen(ports, pull))) {
    const { ref: repository } = ports.repository
    await ports.queue.add({ kind: 'gates', repository, environment: environment.name })
    return outcome('waiting', 'GATE_CHECK_WAITS')
  }
  const refused = await claim(ports, pull, environment.name)
  if (refused) return refused
  const message = (await ports.mirror.commit(pull.head.sha)).message.split('\n').slice(1).join('\n').trim()
  const merged = await ports.repository.pulls.merge(pull.number, {
    sha: pull.head.sha,
    title: `${pull.title} (#${pull.number})`,
    message,
  })
  if (merged.merged) return finish(ports, pull, merged)
  // The queue merges it later: until then the environment stays claimed for it.
  if (merged.refusal === 'queued') return outcome('waiting', 'IN_MERGE_QUEUE')
  await dropClaim(ports, pull)
  return mergeRefused(merged)
}

/** A rollback was asked for by its command; a promotion by `/promote` on exactly this commit, or by `promote: auto`. */
function isWanted(
  { armed, kind }: LedgerRecord,
  branch: PromotionBranch,
  { promote }: EnvironmentConfig,
  pull: PullRequest,
): boolean {
  if (branch.kind === 'rollback') return kind === 'rollback'
  return promote === 'auto' || armed?.sha === pull.head.sha
}

function gatesWait(closed: GateReason | undefined): Outcome {
  if (!closed) return outcome('waiting', 'GATES_WAIT')
  const details = { gate: closed.code, ...(closed.opensAt && { opensAt: closed.opensAt }) }
  return outcome('waiting', 'GATES_WAIT', {
    message: closed.message,
    details,
    ...(closed.unblock && { remedy: closed.unblock }),
  })
}

async function isGateGreen({ repository }: PromotionPorts, pull: PullRequest): Promise<boolean> {
  const runs = await repository.checks.list(pull.head.sha)
  const gate = runs.find(({ name }) => name === GATE_CHECK)
  return gate?.status === 'completed' && gate.conclusion === 'success'
}

/** Takes the environment for this merge, deciding lock, hold and other claims again on the state it is written onto. */
async function claim(ports: PromotionPorts, pull: PullRequest, environment: string): Promise<Outcome | undefined> {
  let refused: Outcome | undefined
  const now = ports.clock()
  const item = { environment, pullRequest: pull.number, sha: pull.head.sha, at: now.toISOString() }
  await changeState(ports, `Claim ${environment} for #${pull.number}`, (state) => {
    refused = claimRefusal(state, pull.number, environment, now)
    const own = state.claims.get(environment)
    return refused || own?.sha === item.sha ? [] : [writeEntry({ kind: 'claims', item })]
  })
  return refused
}

function claimRefusal(state: PromotionState, number: number, environment: string, now: Date): Outcome | undefined {
  const other = state.claims.get(environment)
  if (other && other.pullRequest !== number) return outcome('waiting', 'MERGE_IN_FLIGHT')
  if (state.holds.has(String(number))) return outcome('waiting', 'HELD', { remedy: '/unhold' })
  if (activeLock(state, environment, now)) return outcome('waiting', 'LOCKED', { remedy: `/unlock ${environment}` })
  return undefined
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

/** A claim that led to no merge must not keep the environment. */
async function dropClaim(ports: PromotionPorts, { number }: PullRequest): Promise<void> {
  await changeState(ports, `Release the claim of #${number}`, (state) => releaseClaim(state, number))
}
