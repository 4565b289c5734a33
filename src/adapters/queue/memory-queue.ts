import { LockstepError } from '../../model/errors.ts'
import { combineJobs, isSuperseded, type Job, jobId, jobLane } from '../../model/job.ts'
import { type JobHandler, type JobQueue, type StopTaking, Superseded, type TakeOptions } from '../../model/job-queue.ts'
import { MemoryLane } from './memory-lane.ts'
import { ATTEMPTS, backoffMs, type QueueOptions } from './retry.ts'
import { endRuns, type Running } from './running.ts'
import { Slots } from './slots.ts'

interface Waiting {
  readonly job: Job
  /** Epoch milliseconds before which it does not run. */
  readonly runAt: number
  /** 1 for the first. */
  readonly attempt: number
}

interface RunningJob extends Running {
  readonly job: Job
}

/**
 * The queue of a single process. A job added while its twin runs simply waits under the same id until the twin has ended, so
 * nothing is lost; what the process forgets when it ends is found again by the sweep.
 */
export function createMemoryQueue(options: QueueOptions = {}): JobQueue {
  return new MemoryQueue(options)
}

class MemoryQueue implements JobQueue {
  readonly #waiting = new Map<string, Waiting>()
  readonly #running = new Map<string, RunningJob>()
  readonly #slots: Slots
  readonly #options: QueueOptions
  readonly #lanes = new Map<string, MemoryLane>()
  readonly #taken = new Set<StopTaking>()
  #handler: JobHandler | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: QueueOptions) {
    this.#options = options
    this.#slots = new Slots(options.concurrency ?? 4, options.perGroup ?? 2)
  }

  async add(job: Job, { delayMs = 0 }: { delayMs?: number } = {}): Promise<void> {
    if (this.#closed) throw closedError()
    const id = jobId(job)
    const lane = jobLane(job)
    if (lane !== undefined) return this.#lane(lane).add(id, job, delayMs)
    const runAt = Math.min(Date.now() + delayMs, this.#waiting.get(id)?.runAt ?? Number.POSITIVE_INFINITY)
    this.#waiting.set(id, { job: combineJobs(this.#waiting.get(id)?.job, job), runAt, attempt: 1 })
    const running = this.#running.get(id)
    if (running && isSuperseded(running.job, job)) running.abort.abort(new Superseded())
    this.#wake()
  }

  process(handler: JobHandler, { lane, concurrency }: TakeOptions = {}): StopTaking {
    const stop = lane === undefined ? this.#takeShared(handler) : this.#lane(lane).process(handler, concurrency)
    this.#taken.add(stop)
    return (graceMs) => {
      this.#taken.delete(stop)
      return stop(graceMs)
    }
  }

  async size(): Promise<number> {
    const shared = new Set([...this.#waiting.keys(), ...this.#running.keys()]).size
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.size, shared)
  }

  async ready(): Promise<boolean> {
    return !this.#closed
  }

  async close(graceMs = 10_000): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#taken].map((stop) => stop(graceMs)))
    clearTimeout(this.#timer)
  }

  #lane(name: string): MemoryLane {
    const lane = this.#lanes.get(name) ?? new MemoryLane(this.#options)
    this.#lanes.set(name, lane)
    return lane
  }

  #takeShared(handler: JobHandler): StopTaking {
    this.#handler = handler
    this.#wake()
    return async (graceMs = 10_000) => {
      this.#handler = undefined
      await endRuns(this.#running.values(), graceMs)
    }
  }

  /** Starts all that may run now, and sets the alarm for the next that may run later. */
  #wake(): void {
    clearTimeout(this.#timer)
    if (this.#closed || !this.#handler) return
    const now = Date.now()
    let next = Number.POSITIVE_INFINITY
    for (const [id, entry] of this.#waiting) {
      if (entry.runAt > now) next = Math.min(next, entry.runAt)
      else if (!this.#running.has(id) && this.#slots.take(entry.job)) this.#start(id, entry, this.#handler)
    }
    if (next < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#wake(), next - now)
  }

  #start(id: string, entry: Waiting, handler: JobHandler): void {
    this.#waiting.delete(id)
    const abort = new AbortController()
    const done = Promise.resolve()
      .then(() => handler(entry.job, abort.signal))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) this.#failed(id, entry, error)
        else if (!(abort.signal.reason instanceof Superseded)) this.#putBack(id, entry)
      })
      .finally(() => {
        this.#running.delete(id)
        this.#slots.give(entry.job)
        this.#wake()
      })
    this.#running.set(id, { job: entry.job, abort, done })
  }

  /** It was broken off, which is no failure of its own. */
  #putBack(id: string, entry: Waiting): void {
    if (!this.#closed && !this.#waiting.has(id)) this.#waiting.set(id, entry)
  }

  #failed(id: string, { job, attempt }: Waiting, error: unknown): void {
    const superseded = this.#waiting.has(id)
    const final = attempt >= ATTEMPTS
    this.#options.onFailure?.({ job, error, attempt, final })
    if (final || superseded || this.#closed) return
    const runAt = Date.now() + backoffMs(attempt, this.#options.retryBaseMs)
    this.#waiting.set(id, { job, runAt, attempt: attempt + 1 })
  }
}

function closedError(): LockstepError {
  return new LockstepError(
    {
      code: 'QUEUE_CLOSED',
      message: 'This process is shutting down.',
      remedy: 'Send the event to another process, or again later.',
    },
    { kind: 'unreachable' },
  )
}
