import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { type LedgerRecord, type PromotionState, writeEntry } from '../state/state.ts'
import { releaseClaim } from './publish-promotion.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Records what became of pull requests that are no longer open: merged (by us, by a person, in whatever way) or closed. Asks GitHub
 * only about those whose record does not say yet, so it also ends what a killed process left half done.
 */
export async function settlePromotions(
  ports: PromotionPorts,
  { state }: Snapshot,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  if (!state) return []
  const unsettled = [...state.ledger.values()].filter(
    ({ pullRequest, merged, closed }) => !merged && !closed && !open.some(({ number }) => number === pullRequest),
  )
  const claimed = [...state.claims.values()].map(({ pullRequest }) => pullRequest)
  const numbers = [...new Set([...unsettled.map(({ pullRequest }) => pullRequest), ...claimed])]
  const gone = numbers.filter((number) => !open.some((pull) => pull.number === number))
  const pulls = await Promise.all(gone.map((number) => ports.repository.pulls.get(number)))
  const settled = pulls.filter((pull) => pull !== undefined).filter((pull) => pull.state === 'closed')
  if (settled.length === 0) return []
  await deleteBranches(ports, settled, open)
  await recordSettled(ports, settled)
  return settled.map((pull) => settledOutcome(pull, state))
}

/** Before the record is written: once it is, nobody looks at the pull request again. */
async function deleteBranches(
  ports: PromotionPorts,
  settled: readonly PullRequest[],
  open: readonly PullRequest[],
): Promise<void> {
  const merged = settled.filter((pull) => pull.merged && promotionOf(ports, pull))
  const unused = merged.filter((pull) => !open.some((other) => other.head.ref === pull.head.ref))
  for (const { head } of unused) await ports.repository.branches.delete(head.ref)
}

/** One commit for all of them; claims they held are released with it. */
export async function recordSettled(ports: PromotionPorts, pulls: readonly PullRequest[]): Promise<void> {
  const numbers = pulls.map(({ number }) => `#${number}`).join(', ')
  await changeState(ports, `Settle ${numbers}`, (state) =>
    pulls.flatMap((pull) => [...settledRecord(state, pull), ...releaseClaim(state, pull.number)]),
  )
}

function settledRecord(state: PromotionState, pull: PullRequest) {
  const record = state.ledger.get(String(pull.number))
  if (!record || record.merged || record.closed) return []
  return [writeEntry({ kind: 'ledger', item: { ...record, ...fate(record, pull) } })]
}

function fate({ planHash }: LedgerRecord, pull: PullRequest): Partial<LedgerRecord> {
  if (!pull.merged || !pull.mergeCommit) return { closed: { at: pull.updatedAt, planHash } }
  return { merged: { sha: pull.mergeCommit, at: pull.mergedAt ?? pull.updatedAt } }
}

function settledOutcome(pull: PullRequest, state: PromotionState): Outcome {
  const record = state.ledger.get(String(pull.number))
  const code = pull.merged ? 'PROMOTION_MERGED' : 'PROMOTION_STAYS_CLOSED'
  const place = { environment: record?.to ?? '', application: record?.application ?? '' }
  return outcome(pull.merged ? 'done' : 'nothing', code, { details: { ...place, pullRequest: pull.number } })
}
