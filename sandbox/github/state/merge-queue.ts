import type { Actor } from '../http/caller.ts'
import type { PullRequest } from './pull-request.ts'

/** The commit that a queue built for an entry: everything before it merged, then this pull request. */
export interface MergeGroup {
  readonly ref: string
  readonly baseSha: string
  readonly headSha: string
  /** Milliseconds since 1970. */
  readonly requestedAt: number
}

export interface QueueEntry {
  readonly id: number
  readonly pull: PullRequest
  /** The head that was queued: a push takes the pull request out again. */
  readonly headSha: string
  readonly by: Actor
  readonly enqueuedAt: string
  readonly jump: boolean
  /** Only the first few entries have one. */
  group?: MergeGroup
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
