import type { Problem } from '../../model/errors.ts'
import type { Target } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { type Known, observeTarget } from '../drift/observe-target.ts'
import type { Attempt } from '../pass/attempt.ts'
import { failureProblems } from '../pass/failure.ts'
import type { ReconcilePorts } from '../ports.ts'
import { marksOf } from '../targets/marks.ts'

/** What the cluster shows after a pass, or Unknown where it does not answer. */
export async function statusAfter(
  ports: Pick<ReconcilePorts, 'clock'>,
  target: Target,
  { session, problems }: Pick<Attempt, 'session' | 'problems'>,
  previous: TargetStatus | undefined,
  more: Pick<Known, 'readOnly'> = {},
): Promise<TargetStatus> {
  const lasting = problems.filter(({ code }) => !isMomentary(code))
  if (!session) return unknownStatus(target, previous, lasting, ports.clock.now())
  try {
    return (await observeTarget(session, { ...(previous && { previous }), problems: lasting, ...more })).status
  } catch (error) {
    return unknownStatus(target, previous, failureProblems(error), ports.clock.now())
  }
}

/** What the last pass found stays known until the next one; what a look finds by itself, or an outage, does not. */
export function lastingProblems(status: TargetStatus | undefined): readonly Problem[] {
  if (!status || status.sync === 'Unknown') return []
  return status.problems.filter(({ code }) => !isMomentary(code))
}

function isMomentary(code: string): boolean {
  return code === 'OBJECT_DEGRADED' || code === 'OBJECT_PROGRESSING'
}

/** Nothing is known of the target now; what was applied before is kept for people to see. */
export function unknownStatus(
  target: Target,
  previous: TargetStatus | undefined,
  problems: readonly Problem[],
  now: Date,
): TargetStatus {
  const { revision, renderDigest, drift = [] } = previous ?? {}
  return {
    target,
    ...(revision && { revision }),
    ...(renderDigest && { renderDigest }),
    sync: 'Unknown',
    health: 'Unknown',
    drift,
    ...marksOf(previous),
    problems,
    observedAt: now.toISOString(),
  }
}
