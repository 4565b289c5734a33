import type { TargetStatus } from '../../model/target-status.ts'

/** With since when its objects are on their way to healthy: since `before`, where they were then. */
export function withProgress(status: TargetStatus, before: TargetStatus | undefined): TargetStatus {
  if (status.health !== 'Progressing') return status
  return { ...status, progressingSince: before?.progressingSince ?? status.observedAt }
}
