import { LockstepError } from '../../model/errors.ts'
import { combineJobs, isSuperseded, type Job, jobId } from '../../model/job.ts'
import { type JobHandler, type JobQueue, Superseded } from '../../model/job-queue.ts'
import { ATTEMPTS, backoffMs, type QueueOptions } from './retry.ts'
import { Slots } from './slots.ts'

interface Waiting {
  readonly job: Job
  /** Epoch milliseconds before which it does not run. */
  readonly runAt: number
  /** 1 for the first. */
  readonly attempt: number
}

interface Running {
  readonly job: Job
  readonly abort: AbortController
  readonly done: Promise<void>
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
  readonly #running = new Map<string, Running>()
  readonly #slots: Slots
  readonly #options: QueueOptions
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
    const runAt = Math.min(Date.now() + delayMs, this.#waiting.get(id)?.runAt ?? Number.POSITIVE_INFINITY)
    this.#waiting.set(id, { job: combineJobs(this.#waiting.get(id)?.job, job), runAt, attempt: 1 })
    const running = this.#running.get(id)
    if (running && isSuperseded(running.job, job)) running.abort.abort(new Superseded())
    this.#wake()
  }

  process(handler: JobHandler): void {
    this.#handler = handler
    this.#wake()
  }

  async size(): Promise<number> {
    return new Set([...this.#waiting.keys(), ...this.#running.keys()]).size
  }

  async ready(): Promise<boolean> {
    return !this.#closed
  }

  async close(graceMs = 10_000): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const running = [...this.#running.values()]
    const deadline = setTimeout(() => {
      for (const { abort } of running) abort.abort()
    }, graceMs)
    await Promise.all(running.map(({ done }) => done))
    clearTimeout(deadline)
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
        if (!(abort.signal.reason instanceof Superseded)) this.#failed(id, entry, error)
      })
      .finally(() => {
        this.#running.delete(id)
        this.#slots.give(entry.job)
        this.#wake()
      })
    this.#running.set(id, { job: entry.job, abort, done })
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
