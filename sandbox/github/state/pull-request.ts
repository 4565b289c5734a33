import type { Account } from './account.ts'
import type { Issue } from './issue.ts'
import type { Repository } from './repository.ts'

export interface PullRequest extends Issue {
  head: { readonly repository: Repository; readonly ref: string; sha: string }
  /** `sha` is the base tip of the day the pull request was opened or its base edited, not the live one. */
  base: { ref: string; sha: string }
  draft: boolean
  requestedReviewers: Account[]
  reviews: Review[]
  mergeability: Mergeability
  /** The last test merge, kept while a new one is computed. */
  testMerge?: string
  merged?: { readonly at: string; readonly by: Account; readonly commit: string }
  /** What GET still shows after a push, for as many reads. */
  staleHead?: { readonly sha: string; reads: number }
  /** Login of whoever pushed the head last. */
  lastPusher: string
}

/** `reads` more GETs answer `mergeable: null` before the result is there. */
export type Mergeability =
  | { readonly state: 'unknown'; reads: number }
  | { readonly state: 'known'; readonly mergeable: boolean }

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'

export interface Review {
  readonly id: number
  readonly author: Account
  readonly commit: string
  body: string
  state: ReviewState
  submittedAt?: string
}
