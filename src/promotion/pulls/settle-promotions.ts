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
 * Records what became of pull requests that are no longer open: merged (by us, by a person, in whatever way) or closed; and which of those
 * closed a person opened again. Asks GitHub only about those whose record does not say yet, so it also ends what a killed process left
 * half done.
 */
export async function settlePromotions(
  ports: PromotionPorts,
  { state }: Snapshot,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  if (!state) return []
  const opened = await recordReopened(ports, state, open)
  const unsettled = [...state.ledger.values()].filter(({ merged, closed }) => !merged && (!closed || closed.pending))
  const claimed = [...state.claims.values()].map(({ pullRequest }) => pullRequest)
  const numbers = [...new Set([...unsettled.map(({ pullRequest }) => pullRequest), ...claimed])]
  const gone = numbers.filter((number) => !open.some((pull) => pull.number === number))
  const pulls = await Promise.all(gone.map((number) => ports.repository.pulls.get(number)))
  const settled = pulls.filter((pull) => pull !== undefined).filter((pull) => pull.state === 'closed')
  if (settled.length === 0) return opened
  await deleteBranches(ports, settled, open)
  await recordSettled(ports, settled)
  return [...opened, ...settled.map((pull) => settledOutcome(pull, state))]
}

/** What was seen closed and is open again is a promotion like any other. One that is being closed right now is not. */
async function recordReopened(
  ports: PromotionPorts,
  { ledger }: PromotionState,
  open: readonly PullRequest[],
): Promise<Outcome[]> {
  const records = open.flatMap(({ number }) => ledger.get(String(number)) ?? [])
  const listed = records.filter(({ merged, closed }) => !merged && closed && !closed.pending)
  // A list may lag behind.
  const pulls = await Promise.all(listed.map(({ pullRequest }) => ports.repository.pulls.get(pullRequest)))
  const again = listed.filter((_, place) => pulls[place]?.state === 'open')
  if (again.length === 0) return []
  const numbers = again.map(({ pullRequest }) => `#${pullRequest}`).join(', ')
  await changeState(ports, `${numbers} was opened again`, (state) =>
    again.flatMap(({ pullRequest, closed: seen }) => {
      const there = state.ledger.get(String(pullRequest))
      if (!there || there.closed?.at !== seen?.at || there.closed?.pending) return []
      const { closed: _, ...record } = there
      return [writeEntry({ kind: 'ledger', item: record })]
    }),
  )
  return again.map(({ to, application, pullRequest }) =>
    outcome('done', 'PROMOTION_REOPENED', { details: { environment: to, application, pullRequest } }),
  )
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
  if (!record || record.merged || (record.closed && !record.closed.pending)) return []
  const { closed: _, ...rest } = record
  return [writeEntry({ kind: 'ledger', item: { ...rest, ...fate(record, pull) } })]
}

function fate({ planHash, closed }: LedgerRecord, pull: PullRequest): Partial<LedgerRecord> {
  if (!pull.merged || !pull.mergeCommit)
    return { closed: { at: closed?.at ?? pull.updatedAt, planHash: closed?.planHash ?? planHash } }
  return { merged: { sha: pull.mergeCommit, at: pull.mergedAt ?? pull.updatedAt } }
}

function settledOutcome(pull: PullRequest, state: PromotionState): Outcome {
  const record = state.ledger.get(String(pull.number))
  const code = pull.merged ? 'PROMOTION_MERGED' : 'PROMOTION_STAYS_CLOSED'
  const place = { environment: record?.to ?? '', application: record?.application ?? '' }
  return outcome(pull.merged ? 'done' : 'nothing', code, { details: { ...place, pullRequest: pull.number } })
}
