import type { TargetStatus } from '../../model/target-status.ts'

/** What promotions and the targets that wait for this one decide by. */
export function wakingKey(status: TargetStatus | undefined): string {
  return [status?.health, status?.renderDigest, status?.healthySince, status?.sync].join('\n')
}
