/** The commit that a queue built for an entry: everything before it merged, then this pull request. */
export interface MergeGroup {
  readonly ref: string
  readonly baseSha: string
  readonly headSha: string
  /** Milliseconds since 1970. */
  readonly requestedAt: number
}

/** Why a pull request left the queue, as `pull_request.dequeued` says it. */
export type DequeueReason =
  | 'MANUAL'
  | 'MERGE'
  | 'MERGE_CONFLICT'
  | 'CI_FAILURE'
  | 'CI_TIMEOUT'
  | 'QUEUE_CLEARED'
  | 'UNKNOWN_REMOVAL_REASON'
