import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { takenBack } from '../gates/quarantine.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState, ensureState } from '../state/ledger.ts'
import { type LedgerRecord, removeEntry, writeEntry } from '../state/state.ts'
import { type PromotionBranch, printBranchName } from './branch-name.ts'
import { parseMarker } from './marker.ts'
import { type PromotionText, printBody, printCommit, printTitle } from './promotion-body.ts'
import { openPullOf, readBranch } from './promotion-branch.ts'
import type { Snapshot } from './snapshot.ts'

export interface Published {
  readonly outcome: Outcome
  /** The pull request and what the ledger must say about it. */
  readonly pull?: PullRequest
  readonly record?: LedgerRecord
}

/**
 * Makes the branch and its pull request say the plan: opened, brought up to date in place, or found as they should be. Each step
 * finds what an earlier, broken-off one has left.
 */
export async function publishPromotion(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  text: PromotionText,
): Promise<Published> {
  const { plan } = text
  const branch: PromotionBranch = {
    kind: text.kind === 'rollback' ? 'rollback' : 'promote',
    environment: plan.to,
    application: plan.application,
  }
  const name = printBranchName(branch)
  const existing = openPullOf(open, name, ports.app)
  const state = await readBranch(ports, snapshot, name, branch, plan)
  const details = { environment: plan.to, application: plan.application }
  if (existing) Object.assign(details, { pullRequest: existing.number })
  if (state.kind === 'unknown') return { outcome: outcome('waiting', 'BRANCH_MOVED', { details }) }
  if (state.kind === 'edited' && existing) return { outcome: outcome('waiting', 'BRANCH_EDITED', { details }) }
  if (state.kind === 'current') return ensurePull(ports, snapshot, existing, name, text)
  const isWritten =
    state.kind === 'behind' && existing
      ? await commit(ports, name, state.head, text, state.changes)
      : await beginAgain(ports, snapshot, existing, name, text, state.head)
  if (!isWritten) return { outcome: outcome('waiting', 'BRANCH_MOVED', { details }) }
  const keepsPull = state.kind === 'behind' ? existing : undefined
  return ensurePull(ports, snapshot, keepsPull, name, text)
}

/** A fresh branch from the tip. Deleting the old one closes its pull request, which the ledger is told first. */
async function beginAgain(
  ports: PromotionPorts,
  { tip }: Snapshot,
  existing: PullRequest | undefined,
  name: string,
  text: PromotionText,
  head: string | undefined,
): Promise<boolean> {
  const { branches } = ports.repository
  if (head !== tip) {
    if (existing) await recordReplaced(ports, existing.number)
    if (head) await branches.delete(name)
    if ((await branches.create(name, tip)) === 'exists') return false
  }
  return commit(ports, name, tip, text, text.plan.files)
}

async function recordReplaced(ports: PromotionPorts, number: number): Promise<void> {
  const at = ports.clock().toISOString()
  await changeState(ports, `Replace #${number}`, (state) => {
    const record = state.ledger.get(String(number))
    return record ? [writeEntry({ kind: 'ledger', item: { ...record, closed: { at, planHash: '' } } })] : []
  })
}

async function commit(
  { repository }: PromotionPorts,
  branch: string,
  expectedHead: string,
  text: PromotionText,
  changes: PromotionText['plan']['files'],
): Promise<boolean> {
  const { headline, body } = printCommit(text)
  return (await repository.branches.commit({ branch, expectedHead, headline, body, changes })) !== 'stale'
}

async function ensurePull(
  { repository, mirror, clock }: PromotionPorts,
  snapshot: Snapshot,
  existing: PullRequest | undefined,
  head: string,
  text: PromotionText,
): Promise<Published> {
  const { plan } = text
  const title = printTitle(text)
  const body = printBody(text)
  const isCurrent = existing && parseMarker(existing.body)?.planHash === plan.planHash
  if (existing && !isCurrent) await repository.pulls.update(existing.number, { title, body })
  if (!existing) await ensureState({ repository, mirror })
  const pull = existing ?? (await repository.pulls.create({ title, body, head, base: snapshot.defaultBranch }))
  const [decision, code] = existing
    ? isCurrent
      ? (['nothing', 'PROMOTION_CURRENT'] as const)
      : (['done', 'PROMOTION_UPDATED'] as const)
    : (['done', text.kind === 'rollback' ? 'ROLLBACK_OPENED' : 'PROMOTION_OPENED'] as const)
  const details = { environment: plan.to, application: plan.application, pullRequest: pull.number }
  const known = snapshot.state?.ledger.get(String(pull.number))
  const record: LedgerRecord = {
    ...known,
    pullRequest: pull.number,
    kind: text.kind,
    application: plan.application,
    from: plan.from,
    to: plan.to,
    planHash: plan.planHash,
    requestedBy: known?.requestedBy ?? text.requestedBy,
    openedAt: known?.openedAt ?? clock().toISOString(),
    ...(text.kind === 'rollback' && { quarantine: takenBack(plan) }),
  }
  return { outcome: outcome(decision, code, { details }), pull, record }
}

/** Keeps what somebody else wrote meanwhile (armed, merged, closed) and adds what this round found. */
export async function writeRecords(
  ports: PromotionPorts,
  headline: string,
  records: readonly LedgerRecord[],
): Promise<void> {
  if (records.length === 0) return
  await changeState(ports, headline, (state) =>
    records.map((item) =>
      writeEntry({ kind: 'ledger', item: { ...item, ...later(state.ledger.get(String(item.pullRequest)), item) } }),
    ),
  )
}

function later(there: LedgerRecord | undefined, item: LedgerRecord): Partial<LedgerRecord> {
  const { armed, merged, closed } = { ...item, ...there }
  return { ...(armed && { armed }), ...(merged && { merged }), ...(closed && { closed }) }
}

/** Releases the claim of a pull request, where it holds one. */
export function releaseClaim(state: NonNullable<Snapshot['state']>, number: number) {
  return [...state.claims.values()]
    .filter(({ pullRequest }) => pullRequest === number)
    .map((item) => removeEntry({ kind: 'claims', item }))
}
