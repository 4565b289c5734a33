import { printTrack } from '../../config/print-track.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { TrackedTarget } from './declared-targets.ts'

/**
 * Whether a target has to be looked at by what the board says alone: `unknown` asks for the digest of its newest render. Anything that is
 * not in order is looked at again, and so is what the board shows of a suspension, a pin or a wait that has changed since.
 */
export function isDue(target: TrackedTarget, status: TargetStatus | undefined, now: Date): boolean | 'unknown' {
  const { environment, tree } = target
  if (!status || !isFresh(status, now)) return true
  if ((status.suspended ?? false) !== environment.suspend) return true
  if (environment.suspend) return false
  if (status.track !== (environment.track && printTrack(environment.track)) || !tree) return true
  return status.sync !== 'Synced' || status.waitingFor !== undefined || status.problems.length > 0 ? true : 'unknown'
}
