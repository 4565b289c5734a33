import type { CommitRequest, PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { takenBack } from '../gates/quarantine.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState, ensureState } from '../state/ledger.ts'
import { type LedgerRecord, removeEntry, type StateEntry, writeEntry } from '../state/state.ts'
import { type PromotionBranch, printBranchName } from './branch-name.ts'
import { parseMarker } from './marker.ts'
import { type PromotionText, printBody, printCommit, printTitle } from './promotion-body.ts'
import { type BranchState, openPullOf, readBranch } from './promotion-branch.ts'
import type { Snapshot } from './snapshot.ts'
import { tellEdited, tellUpdate } from './tell-update.ts'
import { unknownState } from './unknown-state.ts'
import { upstreamFingerprint } from './upstream-values.ts'

/** What the state says of an application's way into an environment, apart from its pull requests. */
export type EdgeEntry = Extract<StateEntry, { kind: 'hops' | 'versions' }>

export interface Published {
  readonly outcome: Outcome
  /** The pull request and what the ledger must say about it. */
  readonly pull?: PullRequest
  readonly record?: LedgerRecord
  /** What else the state must say then. */
  readonly entries?: readonly EdgeEntry[]
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
  const unknown = unknownState(snapshot, { environment: plan.to, application: plan.application })
  if (unknown) return { outcome: unknown }
  const name = printBranchName(branch)
  const existing = openPullOf(open, name, ports.app)
  const state = await readBranch(ports, snapshot, name, branch, plan)
  const details = { environment: plan.to, application: plan.application }
  if (existing) Object.assign(details, { pullRequest: existing.number })
  if (state.kind === 'unknown') return { outcome: outcome('waiting', 'BRANCH_MOVED', { details }) }
  if (state.kind === 'edited') {
    if (existing) await tellEdited(ports, existing.number, state.head)
    return { outcome: outcome('waiting', 'BRANCH_EDITED', { details }) }
  }
  if (state.kind === 'current') return ensurePull(ports, snapshot, existing, { name, head: state.head }, text)
  const head = await write(ports, snapshot, existing, name, text, state)
  if (!head) return { outcome: outcome('waiting', 'BRANCH_MOVED', { details }) }
  return ensurePull(ports, snapshot, existing, { name, head }, text)
}

/** The branch's new tip. An open pull request keeps its branch: where changes on top cannot do, the default branch is merged with them. */
async function write(
  ports: PromotionPorts,
  snapshot: Snapshot,
  existing: PullRequest | undefined,
  name: string,
  text: PromotionText,
  state: Exclude<BranchState, { kind: 'unknown' }>,
): Promise<string | undefined> {
  if (!existing || !state.head) return beginAgain(ports, snapshot, name, text, state.head)
  if (state.kind === 'behind') return commit(ports, name, text, { expectedHead: state.head, changes: state.changes })
  const merging = { merging: snapshot.tip, changes: text.plan.files }
  return commit(ports, name, text, { expectedHead: state.head, ...merging })
}

/** A fresh branch from the tip. Nothing is open on the old one. */
async function beginAgain(
  ports: PromotionPorts,
  { tip }: Snapshot,
  name: string,
  text: PromotionText,
  head: string | undefined,
): Promise<string | undefined> {
  const { branches } = ports.repository
  if (head !== tip) {
    if (head) await branches.delete(name)
    if ((await branches.create(name, tip)) === 'exists') return undefined
  }
  return commit(ports, name, text, { expectedHead: tip, changes: text.plan.files })
}

async function commit(
  { repository }: PromotionPorts,
  branch: string,
  text: PromotionText,
  what: Pick<CommitRequest, 'expectedHead' | 'merging' | 'changes'>,
): Promise<string | undefined> {
  const done = await repository.branches.commit({ branch, ...printCommit(text), ...what })
  return done === 'stale' ? undefined : done.sha
}

/** The body is edited last: until it names the plan and the head, everything that an update entails is done again. */
async function ensurePull(
  ports: PromotionPorts,
  snapshot: Snapshot,
  existing: PullRequest | undefined,
  branch: { readonly name: string; readonly head: string },
  text: PromotionText,
): Promise<Published> {
  const { repository, mirror, clock } = ports
  const { plan } = text
  const title = printTitle(text)
  const body = printBody(text, branch.head)
  const marker = existing && parseMarker(existing.body)
  const isCurrent = marker?.planHash === plan.planHash && marker.head === branch.head
  if (existing && !isCurrent) {
    await tellUpdate(ports, snapshot, { pull: existing, was: marker?.head, head: branch.head, plan })
    await repository.pulls.update(existing.number, { title, body })
  }
  if (!existing) await ensureState({ repository, mirror })
  const pull =
    existing ?? (await repository.pulls.create({ title, body, head: branch.name, base: snapshot.defaultBranch }))
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
    ...(text.reason && { reason: text.reason }),
    ...(text.source && { source: text.source }),
    ...(text.kind === 'promotion' && { upstream: upstreamFingerprint(snapshot, plan.application, plan.from) }),
    ...(text.kind === 'rollback' && { quarantine: takenBack(plan) }),
  }
  return { outcome: outcome(decision, code, { details }), pull, record }
}

/** Keeps what somebody else wrote meanwhile (armed, merged, closed) and adds what this round found. */
export async function writeRecords(
  ports: PromotionPorts,
  headline: string,
  records: readonly LedgerRecord[],
  entries: readonly StateEntry[] = [],
): Promise<void> {
  if (records.length + entries.length === 0) return
  await changeState(ports, headline, (state) => [
    ...records.map((item) =>
      writeEntry({ kind: 'ledger', item: joined(state.ledger.get(String(item.pullRequest)), item) }),
    ),
    ...entries.map(writeEntry),
  ])
}

/** That an earlier round was about to close it for want of anything to carry is not so any more. */
function joined(there: LedgerRecord | undefined, item: LedgerRecord): LedgerRecord {
  const { armed: _, merged: __, closed: ___, ...rest } = item
  const { armed } = there ?? item
  const { merged, closed } = { ...item, ...there }
  const isClosed = closed && !(closed.pending && closed.planHash === '')
  return { ...rest, ...(armed && { armed }), ...(merged && { merged }), ...(isClosed && { closed }) }
}

/** Releases the claim of a pull request, where it holds one. */
export function releaseClaim(state: NonNullable<Snapshot['state']>, number: number) {
  return [...state.claims.values()]
    .filter(({ pullRequest }) => pullRequest === number)
    .map((item) => removeEntry({ kind: 'claims', item }))
}
