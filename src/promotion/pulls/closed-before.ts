import type { PullRequest } from '../../model/github.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Edge } from '../state/edge-state.ts'
import type { LedgerRecord } from '../state/state.ts'
import { printBranchName } from './branch-name.ts'
import { recordsOf } from './edge-records.ts'
import { parseMarker } from './marker.ts'
import { openPullOf } from './promotion-branch.ts'
import { writeRecords } from './publish-promotion.ts'
import type { Snapshot } from './snapshot.ts'

/** A person closed exactly this plan. The ledger knows; only when it does not, GitHub is asked once and the ledger told. */
export async function staysClosed(
  ports: PromotionPorts,
  { state }: Snapshot,
  open: readonly PullRequest[],
  plan: PromotionPlan,
): Promise<boolean> {
  const { application, to } = plan
  const branch = printBranchName({ kind: 'promote', environment: to, application })
  if (openPullOf(open, branch, ports.app)) return false
  const newest = recordsOf(state, edgeOf(plan)).find(({ kind }) => kind === 'promotion')
  if (newest?.closed) return newest.closed.planHash === plan.planHash
  if (newest && !newest.merged) return false
  const [last] = await ports.repository.pulls.listByHead(branch)
  if (!last || last.state === 'open' || last.merged || last.author.login !== ports.app) return false
  if (parseMarker(last.body)?.planHash !== plan.planHash) return false
  await writeRecords(ports, `Record that #${last.number} was closed`, [closedRecord(last, plan, ports)])
  return true
}

/** Exactly this was promoted before, and a rollback was the last thing merged since. */
export function wasRolledBack({ state }: Snapshot, plan: PromotionPlan): boolean {
  const merged = recordsOf(state, edgeOf(plan)).filter((record) => record.merged)
  return (
    merged[0]?.kind === 'rollback' &&
    merged.some(({ kind, planHash }) => kind === 'promotion' && planHash === plan.planHash)
  )
}

function edgeOf({ application, to }: PromotionPlan): Edge {
  return { environment: to, application }
}

function closedRecord(
  pull: PullRequest,
  { application, from, to, planHash }: PromotionPlan,
  ports: PromotionPorts,
): LedgerRecord {
  return {
    pullRequest: pull.number,
    kind: 'promotion',
    application,
    from,
    to,
    planHash,
    requestedBy: ports.app,
    openedAt: pull.createdAt,
    closed: { at: pull.updatedAt, planHash },
  }
}
