import { combineJobs, isUrgent, type Job } from '../../model/job.ts'
import type { JobHandler, StopTaking } from '../../model/job-queue.ts'
import { LaneRunner, type Turn } from './lane-runner.ts'
import { ATTEMPTS, backoffMs, LANE_CONCURRENCY, type QueueOptions } from './retry.ts'

interface Pending {
  readonly job: Job
  /** Epoch milliseconds. */
  readonly runAt: number
  /** Attempts begun. */
  attempts: number
}

/** The jobs of one lane of a process that has no Redis; they stay while nobody takes them. */
export class MemoryLane {
  readonly #options: QueueOptions
  readonly #pending = new Map<string, Pending>()
  #runner: LaneRunner | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#pending.size
  }

  add(id: string, added: Job, delayMs: number): void {
    const known = this.#pending.get(id)
    const job = combineJobs(known?.job, added)
    const runAt = Math.min(Date.now() + delayMs, known?.runAt ?? Number.POSITIVE_INFINITY)
    this.#pending.set(id, { job, runAt, attempts: 0 })
    this.#runner?.offer([[id, { delayMs, urgent: isUrgent(job) }]])
  }

  process(handler: JobHandler, concurrency = LANE_CONCURRENCY): StopTaking {
    const runner = new LaneRunner(concurrency, (id, signal) => this.#run(id, handler, signal))
    this.#runner = runner
    runner.offer(
      [...this.#pending].map(([id, { job, runAt }]) => [id, { delayMs: runAt - Date.now(), urgent: isUrgent(job) }]),
    )
    return async (graceMs = 10_000) => {
      if (this.#runner === runner) this.#runner = undefined
      await runner.stop(graceMs)
    }
  }

  async #run(id: string, handler: JobHandler, signal: AbortSignal): Promise<Turn | undefined> {
    const pending = this.#pending.get(id)
    if (!pending) return undefined
    pending.attempts++
    try {
      await handler(pending.job, signal)
      if (this.#pending.get(id) === pending) this.#pending.delete(id)
      return undefined
    } catch (error) {
      if (signal.aborted) pending.attempts--
      else return this.#failed(id, pending, error)
      return undefined
    }
  }

  #failed(id: string, pending: Pending, error: unknown): Turn | undefined {
    const { job, attempts: attempt } = pending
    const final = attempt >= ATTEMPTS
    this.#options.onFailure?.({ job, error, attempt, final })
    if (this.#pending.get(id) !== pending) return undefined
    if (!final) return { delayMs: backoffMs(attempt, this.#options.retryBaseMs), urgent: isUrgent(job) }
    this.#pending.delete(id)
    return undefined
  }
}
