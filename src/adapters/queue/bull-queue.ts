import Bull from 'bull'
import { Redis, type RedisOptions } from 'ioredis'
import { LockstepError } from '../../model/errors.ts'
import { isSuperseded, type Job, jobId } from '../../model/job.ts'
import { type JobHandler, type JobQueue, Superseded } from '../../model/job-queue.ts'
import { PendingJobs } from './pending-jobs.ts'
import { ATTEMPTS, backoffMs, type QueueOptions } from './retry.ts'
import { Slots } from './slots.ts'

const ANSWER_MS = 1_800
const POSTPONED_MS = 200
const RECOVER_MS = 15_000
/** How often a run looks whether a newer job took its place. */
const LOOK_MS = 300
/** A killed worker's jobs are taken over after this and half as much again. Jobs are written to survive running twice. */
const LOCK_MS = 10_000

export interface BullQueueOptions extends QueueOptions {
  readonly redisUrl: string
  /** Queues of one prefix share their jobs. */
  readonly prefix?: string
  /** How long a killed worker's job stays its own. Default ten seconds. */
  readonly lockMs?: number
  /** For a Redis that lacks a command Bull uses; see `test/support`. */
  readonly createClient?: (type: 'client' | 'subscriber' | 'bclient', options: RedisOptions) => Redis
}

/** The queue that several processes share: Bull on Redis carries wake-ups, `PendingJobs` what has to be done. */
export function createBullQueue(options: BullQueueOptions): JobQueue {
  return new BullQueue(options)
}

class BullQueue implements JobQueue {
  readonly #options: BullQueueOptions
  readonly #redis: Redis
  /** Bull leaves connections open that it did not make itself. */
  readonly #connections: Redis[] = []
  readonly #bull: Bull.Queue<{ id: string }>
  readonly #pending: PendingJobs
  readonly #slots: Slots
  readonly #running = new Set<AbortController>()
  /** Ids whose wake-up has to come again, and after how long. */
  readonly #again = new Map<string, number>()
  #recovery: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: BullQueueOptions) {
    this.#options = options
    const prefix = options.prefix ?? 'lockstep'
    this.#redis = this.#connect('client', { maxRetriesPerRequest: 1, connectTimeout: ANSWER_MS })
    this.#bull = new Bull(`${prefix}-jobs`, {
      prefix,
      createClient: (type) =>
        this.#connect(type, type === 'client' ? {} : { maxRetriesPerRequest: null, enableReadyCheck: false }),
      settings: {
        lockDuration: options.lockMs ?? LOCK_MS,
        stalledInterval: (options.lockMs ?? LOCK_MS) / 2,
        // A wake-up that stalls is only a wake-up: attempts are counted in PendingJobs.
        maxStalledCount: 1_000,
      },
    })
    this.#bull.on('error', () => undefined)
    this.#pending = new PendingJobs(this.#redis, prefix)
    this.#slots = new Slots(options.concurrency ?? 4, options.perGroup ?? 2)
  }

  async add(job: Job, { delayMs = 0 }: { delayMs?: number } = {}): Promise<void> {
    const id = jobId(job)
    await within(ANSWER_MS, async () => {
      await this.#pending.put(id, job)
      await this.#wakeUp(id, delayMs)
    })
  }

  process(handler: JobHandler): void {
    // Every slot that only finds its group full returns at once, so a few more than run at a time are enough.
    void this.#bull.process((this.#options.concurrency ?? 4) * 2, (wakeUp) => this.#run(wakeUp.data.id, handler))
    this.#bull.on(
      'completed',
      (wakeUp: Bull.Job<{ id: string }>) => void this.#completed(wakeUp.data.id).catch(() => undefined),
    )
    const recover = () => void this.#recover().catch(() => undefined)
    this.#recovery = setInterval(recover, RECOVER_MS)
    recover()
  }

  async size(): Promise<number> {
    return within(ANSWER_MS, () => this.#pending.size())
  }

  async ready(): Promise<boolean> {
    if (this.#closed) return false
    return within(ANSWER_MS, () => this.#redis.ping()).then(
      () => true,
      () => false,
    )
  }

  async close(graceMs = 10_000): Promise<void> {
    this.#closed = true
    clearInterval(this.#recovery)
    const deadline = setTimeout(() => {
      for (const run of this.#running) run.abort()
    }, graceMs)
    await this.#bull.close().catch(() => undefined)
    clearTimeout(deadline)
    for (const connection of this.#connections) connection.disconnect()
  }

  #connect(type: 'client' | 'subscriber' | 'bclient', settings: RedisOptions): Redis {
    const { createClient, redisUrl } = this.#options
    const connection = quiet(createClient?.(type, settings) ?? new Redis(redisUrl, settings))
    this.#connections.push(connection)
    return connection
  }

  async #run(id: string, handler: JobHandler): Promise<void> {
    const pending = await this.#pending.get(id)
    if (!pending || this.#closed) return
    if (!this.#slots.take(pending.job)) return void this.#again.set(id, POSTPONED_MS)
    const run = new AbortController()
    this.#running.add(run)
    const looking = setInterval(() => void this.#look(id, pending, run).catch(() => undefined), LOOK_MS).unref()
    try {
      await this.#attempt(id, pending, handler, run.signal)
    } finally {
      clearInterval(looking)
      this.#running.delete(run)
      this.#slots.give(pending.job)
    }
  }

  async #attempt(id: string, pending: { job: Job; generation: number }, handler: JobHandler, signal: AbortSignal) {
    const { job, generation } = pending
    const attempt = await this.#pending.countAttempt(id)
    try {
      if (attempt > ATTEMPTS) throw new Error('the process ended in each of its attempts')
      await handler(job, signal)
      await this.#pending.settle(id, generation)
    } catch (error) {
      if (signal.reason instanceof Superseded) return
      const final = attempt >= ATTEMPTS
      this.#options.onFailure?.({ job, error, attempt, final })
      if (final) await this.#pending.settle(id, generation)
      else this.#again.set(id, backoffMs(attempt, this.#options.retryBaseMs))
    }
  }

  /** Whichever process stored it: a newer job that makes this run pointless ends it. */
  async #look(id: string, { job, generation }: { job: Job; generation: number }, run: AbortController): Promise<void> {
    const now = await this.#pending.get(id)
    if (now && now.generation !== generation && isSuperseded(job, now.job)) run.abort(new Superseded())
  }

  /** Bull has let go of the id: what was put meanwhile, postponed or failed needs a new wake-up. */
  async #completed(id: string): Promise<void> {
    const delayMs = this.#again.get(id) ?? 0
    this.#again.delete(id)
    if (!this.#closed && (await this.#pending.get(id))) await this.#wakeUp(id, delayMs)
  }

  /** Jobs whose wake-up was lost with a process or a connection. */
  async #recover(): Promise<void> {
    for (const id of await this.#pending.ids()) if (!(await this.#bull.getJob(bullId(id)))) await this.#wakeUp(id, 0)
  }

  async #wakeUp(id: string, delayMs: number): Promise<void> {
    if (delayMs === 0) await this.#promote(id)
    await this.#bull.add({ id }, { jobId: bullId(id), delay: delayMs, removeOnComplete: true, removeOnFail: true })
  }

  /** A delayed wake-up of the same id would hold back a job that is wanted now. */
  async #promote(id: string): Promise<void> {
    const waiting = await this.#bull.getJob(bullId(id))
    if (waiting && (await waiting.isDelayed())) await waiting.promote().catch(() => undefined)
  }
}

/** Bull separates its keys by `:`. */
function bullId(id: string): string {
  return encodeURIComponent(id)
}

function quiet(redis: Redis): Redis {
  // Without a listener ioredis prints every reconnect; failures surface where a command is waited for.
  return redis.on('error', () => undefined)
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from Redis within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    throw new LockstepError(
      {
        code: 'QUEUE_UNAVAILABLE',
        message: `The job queue does not answer: ${(error as Error).message}.`,
        remedy: 'Look at the Redis that REDIS_URL names; nothing is lost, the sweep finds what was not stored.',
      },
      { kind: 'unreachable', cause: error },
    )
  } finally {
    clearTimeout(timer)
  }
}
