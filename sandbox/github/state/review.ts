import type { Account } from './account.ts'

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
