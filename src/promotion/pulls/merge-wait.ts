import type { EnvironmentConfig } from '../../config/repository-config.ts'
import { GATE_CHECK } from '../../model/check-names.ts'
import type { GateReason } from '../../model/gate.ts'
import type { CheckRun, MergeStanding, PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { gateReasons } from '../gates/promotion-gates.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { LedgerRecord } from '../state/state.ts'
import type { PromotionBranch } from './branch-name.ts'
import type { Snapshot } from './snapshot.ts'

/** A promotion that may have to be merged. */
export interface Candidate {
  readonly pull: PullRequest
  readonly branch: PromotionBranch
  readonly environment: EnvironmentConfig
}

/** What keeps it from being merged, or how: only once its own gates, its check and the rules of the branch all let it. */
export type Readiness = { readonly waits: Outcome; readonly behind?: true } | { readonly viaQueue: boolean }

/** Asks GitHub only about what somebody wants to be merged and whose gates have passed. */
export async function readiness(ports: PromotionPorts, snapshot: Snapshot, each: Candidate): Promise<Readiness> {
  const { pull, environment } = each
  if (snapshot.stateFault) return { waits: { ...refusal(snapshot.stateFault), decision: 'waiting' } }
  const record = snapshot.state?.ledger.get(String(pull.number))
  const unwanted = notWanted(record, each)
  if (!record || unwanted) return { waits: unwanted ?? outcome('waiting', 'PROMOTION_UNRECORDED') }
  const reasons = await gateReasons(ports, snapshot, pull)
  const closed = reasons.find(({ verdict }) => verdict !== 'passed')
  if (reasons.length === 0 || closed) return { waits: gatesWait(closed) }
  const gate = await greenGate(ports, pull)
  if (!gate) return { waits: await askForGate(ports, environment) }
  const standing = await ports.repository.pulls.standing(pull.number)
  const waits = await standingWaits(ports, pull, standing, latest(gate.completedAt, record.armed?.at))
  return waits ? { waits, ...(standing.behind && { behind: true }) } : { viaQueue: standing.queue === 'outside' }
}

/** Why nobody wants it to be merged now; undefined where somebody does. */
export function notWanted(record: LedgerRecord | undefined, each: Candidate): Outcome | undefined {
  if (!record) return outcome('waiting', 'PROMOTION_UNRECORDED')
  if (record.closed) return outcome('waiting', 'WAITS_FOR_PROMOTE', { remedy: '/promote' })
  if (each.pull.draft) return outcome('waiting', 'PROMOTION_DRAFT')
  return isWanted(record, each) ? undefined : outcome('waiting', 'WAITS_FOR_PROMOTE', { remedy: '/promote' })
}

/** A rollback was asked for by its command; a promotion by `/promote` on exactly this commit, or by `promote: auto`. */
function isWanted({ armed, kind }: LedgerRecord, { pull, branch, environment }: Candidate): boolean {
  if (branch.kind === 'rollback') return kind === 'rollback'
  return environment.promote === 'auto' || armed?.sha === pull.head.sha
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

export async function greenGate({ repository }: PromotionPorts, pull: PullRequest): Promise<CheckRun | undefined> {
  const runs = await repository.checks.list(pull.head.sha)
  return runs.find(
    ({ name, status, conclusion }) => name === GATE_CHECK && status === 'completed' && conclusion === 'success',
  )
}

async function askForGate(ports: PromotionPorts, { name: environment }: EnvironmentConfig): Promise<Outcome> {
  await ports.queue.add({ kind: 'gates', repository: ports.repository.ref, environment })
  return outcome('waiting', 'GATE_CHECK_WAITS')
}

const CATCHES_UP = 'Nothing: Lockstep brings the branch up to date by itself.'

/** `wishedAt` is when the newest thing happened that speaks for merging it, by GitHub's clock as all times compared here. */
export async function standingWaits(
  ports: PromotionPorts,
  pull: PullRequest,
  { queue, left, obstacle, behind }: MergeStanding,
  wishedAt: string,
): Promise<Outcome | undefined> {
  if (queue === 'inside') return outcome('waiting', 'IN_MERGE_QUEUE')
  if (obstacle !== undefined)
    return outcome('waiting', 'RULES_WAIT', { message: obstacle, ...(behind && { remedy: CATCHES_UP }) })
  if (queue === 'none' || !left || isAfter(wishedAt, left.at)) return undefined
  const reported = await ports.repository.checks.reported(pull.head.sha)
  if (reported.some(({ conclusion, startedAt = '' }) => conclusion === 'success' && isAfter(startedAt, left.at)))
    return undefined
  const message = `The merge queue gave it back (${left.reason}); it goes in again after a new commit, a check that turns green, or /promote.`
  return outcome('waiting', 'LEFT_MERGE_QUEUE', { message, remedy: '/promote' })
}

export function latest(...times: readonly (string | undefined)[]): string {
  const known = times.filter((time) => time !== undefined).map((time) => Date.parse(time))
  return known.length > 0 ? new Date(Math.max(...known)).toISOString() : ''
}

function isAfter(time: string, other: string): boolean {
  return Date.parse(time) > Date.parse(other)
}
