import type { Job } from './job.ts'

/** Why a handler's signal was aborted when a newer job took its place: nothing failed, and nothing needs to be tried again. */
export class Superseded extends Error {
  constructor() {
    super('A newer job took its place.')
    this.name = 'Superseded'
  }
}

export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>

export interface TakeOptions {
  /** Takes the jobs of this lane (`jobLane`) and no others. Default: those of no lane. */
  readonly lane?: string
  /** Jobs of the lane at once in this process. Default 8. Without a lane the queue's own limits hold. */
  readonly concurrency?: number
}

/**
 * Stops taking jobs, waits for running ones and aborts their signal after `graceMs` (0: before it returns). What was broken off counts as not
 * begun, and waits for whoever takes these jobs next.
 */
export type StopTaking = (graceMs?: number) => Promise<void>

/** Two implementations under one contract test suite: in-process, and Bull on Redis. */
export interface JobQueue {
  /**
   * Resolves once the job is stored. Rejects within two seconds with QUEUE_UNAVAILABLE (kind `unreachable`) when it cannot be.
   * A waiting job of the same id is replaced by the newer data (`combineJobs`); one that runs is followed by one more run, and where
   * `isSuperseded` says so its signal is aborted with `Superseded` within a second, whichever process runs it.
   */
  add(job: Job, options?: { delayMs?: number }): Promise<void>
  /**
   * Starts taking jobs. A handler that throws is tried again with back-off, three times in all. Urgent jobs of a lane (`isUrgent`) come before
   * its others. At any time at most one process may take a lane's jobs, and it may take them again once it has stopped.
   */
  process(handler: JobHandler, options?: TakeOptions): StopTaking
  /** Jobs stored and not finished. */
  size(): Promise<number>
  /** True when jobs can be stored now. */
  ready(): Promise<boolean>
  /** Stops taking jobs, waits for running ones (aborting their signal after `graceMs`), frees everything. */
  close(graceMs?: number): Promise<void>
}
