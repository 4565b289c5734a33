import type { Target } from './target.ts'
import type { DriftEntry, TargetStatus } from './target-status.ts'

/** Facts older than this are unknown. */
const FRESH_MS = 60_000

export interface TargetDrift {
  readonly target: Target
  readonly entry: DriftEntry
}

/** A look that lies ahead, by a clock that is wrong, says no more about now than an old one. */
export function isFresh(status: TargetStatus, now: Date): boolean {
  return Math.abs(now.getTime() - Date.parse(status.observedAt)) <= FRESH_MS
}

/** Drift that is known now, in one environment. A target that was never applied has none; in one that is suspended nothing is drift. */
export function knownDrift(statuses: readonly TargetStatus[], environment: string, now: Date): TargetDrift[] {
  return statuses
    .filter(({ target, revision }) => target.environment === environment && revision !== undefined)
    .filter((status) => !status.suspended && isFresh(status, now))
    .flatMap(({ target, drift }) => drift.map((entry) => ({ target, entry })))
}
