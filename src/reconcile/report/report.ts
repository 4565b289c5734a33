import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { DriftEntry, Health, TargetStatus } from '../../model/target-status.ts'
import { withSince } from '../drift/drift.ts'
import type { Attempt, ReportedRequests } from '../pass/attempt.ts'
import { type Marks, marksOf } from '../targets/marks.ts'
import type { ObjectReport } from './object-report.ts'

/** What one pass did, or would do. */
export interface ReconcileReport {
  readonly outcome: Outcome
  readonly revision?: string
  readonly objects: readonly ObjectReport[]
  /** What others had changed, healed by this pass or not. */
  readonly drift: readonly DriftEntry[]
  readonly health: Health
  readonly marks: Marks
  readonly problems: readonly Problem[]
  readonly requests: ReportedRequests
  readonly milliseconds: { readonly render: number; readonly engine: number; readonly total: number }
}

/** `begun`: milliseconds since the epoch. */
export function toReport(made: Attempt, status: TargetStatus, now: Date, begun: number): ReconcileReport {
  const total = now.getTime() - begun
  const render = made.prepared?.renderMs ?? 0
  return {
    outcome: made.outcome,
    ...(made.prepared && { revision: made.prepared.revision }),
    objects: made.objects,
    drift: withSince(made.drift, status.drift, now.toISOString()),
    health: status.health,
    marks: marksOf(status),
    problems: made.problems,
    requests: made.requests,
    milliseconds: { render, engine: total - render, total },
  }
}
