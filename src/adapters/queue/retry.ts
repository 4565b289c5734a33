import type { Job } from '../../model/job.ts'

/** How often a job is tried before it is given up. The sweep finds it again, if it is still needed. */
export const ATTEMPTS = 3

/** Jobs at once of one lane: one cluster's targets. */
export const LANE_CONCURRENCY = 8

/** Milliseconds before the next attempt: 1 s, then 4 s. `attempt` counts from 1. */
export function backoffMs(attempt: number, baseMs = 1_000): number {
  return baseMs * 4 ** (attempt - 1)
}

/** Told about every failed attempt; `final` when the job is given up. */
export type FailureListener = (failure: { job: Job; error: unknown; attempt: number; final: boolean }) => void

export interface QueueOptions {
  /** Jobs at once in this process. */
  readonly concurrency?: number
  /** Of these, at most so many of one group (a repository or a cluster), so that no group starves the others. */
  readonly perGroup?: number
  readonly retryBaseMs?: number
  readonly onFailure?: FailureListener
}
