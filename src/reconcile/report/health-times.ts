import type { TargetStatus } from '../../model/target-status.ts'

/**
 * With since when its objects are not healthy, and since when they are on their way to it: since `before`, where they were then.
 * `applied`: something was applied since, so that way begins anew.
 */
export function withHealthTimes(
  status: TargetStatus,
  before: TargetStatus | undefined,
  { applied }: { readonly applied: boolean },
): TargetStatus {
  const { health, observedAt } = status
  if (health === 'Healthy' || health === 'Unknown') return status
  const unhealthySince = before?.unhealthySince ?? observedAt
  if (health !== 'Progressing') return { ...status, unhealthySince }
  const onTheirWay = applied ? undefined : before?.progressingSince
  return { ...status, unhealthySince, progressingSince: onTheirWay ?? observedAt }
}
