import Bull from 'bull'
import type { Redis } from 'ioredis'
import { isSuperseded } from '../../model/job.ts'
import { type JobHandler, type StopTaking, Superseded } from '../../model/job-queue.ts'
import { attemptJob } from './attempt-job.ts'
import type { Connections } from './connections.ts'
import { type AddedJob, type PendingJob, PendingJobs } from './pending-jobs.ts'
import type { QueueOptions } from './retry.ts'
import { endRuns, type Running } from './running.ts'
import { Slots } from './slots.ts'

const POSTPONED_MS = 200
const RECOVER_MS = 15_000
/** How often a run looks whether a newer job took its place. */
const LOOK_MS = 300
/** A killed worker's jobs are taken over after this and half as much again. Jobs are written to survive running twice. */
const LOCK_MS = 10_000

export interface BullLaneOptions extends QueueOptions {
  readonly prefix: string
  readonly lockMs?: number
  readonly connect: () => Connections
}

/** The jobs that any worker may take: Bull shares wake-ups among them, `PendingJobs` holds what has to be done. */
export class BullLane {
  readonly #options: BullLaneOptions
  readonly #redis: Redis
  readonly #pending: PendingJobs
  readonly #connections: Connections
  /** Stores wake-ups and takes none. */
  readonly #bull: Bull.Queue<WakeUp>

  constructor(redis: Redis, options: BullLaneOptions) {
    this.#options = options
    this.#redis = redis
    this.#pending = new PendingJobs(redis, options.prefix)
    this.#connections = options.connect()
    this.#bull = openBull(this.#connections, options)
  }

  async add(added: readonly AddedJob[]): Promise<void> {
    await this.#pending.putAll(added)
    const delays = new Map<string, number>()
    for (const { id, delayMs } of added) delays.set(id, Math.min(delayMs, delays.get(id) ?? delayMs))
    await this.#wakeUp(delays)
  }

  process(handler: JobHandler): StopTaking {
    const connections = this.#options.connect()
    const bull = openBull(connections, this.#options)
    const taker = new Taker(this.#pending, handler, this.#options)
    // Every slot that only finds its group full returns at once, so a few more than run at a time are enough.
    void bull.process((this.#options.concurrency ?? 4) * 2, (wakeUp) => taker.run(wakeUp.data.id))
    bull.on('completed', (wakeUp: Bull.Job<WakeUp>) => {
      const { id } = wakeUp.data
      void this.#goOn(id, taker.againIn(id)).catch(() => undefined)
    })
    const recover = () => void this.#recover().catch(() => undefined)
    const recovery = setInterval(recover, RECOVER_MS)
    recover()
    return async (graceMs = 10_000) => {
      clearInterval(recovery)
      await Promise.all([bull.close().catch(() => undefined), taker.stop(graceMs)])
      connections.disconnect()
    }
  }

  async size(): Promise<number> {
    return this.#pending.size()
  }

  async close(): Promise<void> {
    await this.#bull.close().catch(() => undefined)
    this.#connections.disconnect()
  }

  /** Bull has let go of the id: what was put meanwhile, postponed or failed needs a new wake-up. */
  async #goOn(id: string, delayMs: number): Promise<void> {
    if (await this.#pending.get(id)) await this.#wakeUp(new Map([[id, delayMs]]))
  }

  /** Jobs whose wake-up was lost with a process or a connection. */
  async #recover(): Promise<void> {
    for (const id of await this.#pending.ids()) {
      if (!(await this.#bull.getJob(bullId(id)))) await this.#wakeUp(new Map([[id, 0]]))
    }
  }

  /** Ids, and after how many milliseconds each is to run. */
  async #wakeUp(delays: ReadonlyMap<string, number>): Promise<void> {
    await this.#promote([...delays].filter(([, delayMs]) => delayMs === 0).map(([id]) => id))
    const keep = { removeOnComplete: true, removeOnFail: true }
    await this.#bull.addBulk(
      [...delays].map(([id, delay]) => ({ data: { id }, opts: { jobId: bullId(id), delay, ...keep } })),
    )
  }

  /** A delayed wake-up of the same id would hold back a job that is wanted now. */
  async #promote(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const delayed = await this.#redis.zmscore(this.#bull.toKey('delayed'), ...ids.map(bullId))
    const held = ids.filter((_, index) => delayed[index] !== null)
    await Promise.all(held.map(async (id) => (await this.#bull.getJob(bullId(id)))?.promote().catch(() => undefined)))
  }
}

/** What one process runs of them. */
class Taker {
  readonly #pending: PendingJobs
  readonly #handler: JobHandler
  readonly #options: QueueOptions
  readonly #slots: Slots
  readonly #running = new Set<Running>()
  /** Ids whose wake-up has to come again, and after how long. */
  readonly #again = new Map<string, number>()
  #stopped = false

  constructor(pending: PendingJobs, handler: JobHandler, options: QueueOptions) {
    this.#pending = pending
    this.#handler = handler
    this.#options = options
    this.#slots = new Slots(options.concurrency ?? 4, options.perGroup ?? 2)
  }

  async run(id: string): Promise<void> {
    const found = await this.#pending.get(id)
    if (!found || this.#stopped) return
    if (!this.#slots.take(found.job)) return void this.#again.set(id, POSTPONED_MS)
    const abort = new AbortController()
    const looking = setInterval(() => void this.#look(id, found, abort).catch(() => undefined), LOOK_MS).unref()
    const attempt = attemptJob(this.#pending, id, found, this.#handler, abort.signal, this.#options)
    const running = { abort, done: attempt.then(ignore, ignore) }
    this.#running.add(running)
    try {
      const again = await attempt
      if (again !== undefined) this.#again.set(id, again)
    } finally {
      clearInterval(looking)
      this.#running.delete(running)
      this.#slots.give(found.job)
    }
  }

  /** Milliseconds; asked once. */
  againIn(id: string): number {
    const delayMs = this.#again.get(id) ?? 0
    this.#again.delete(id)
    return delayMs
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    await endRuns(this.#running, graceMs)
  }

  /** Whichever process stored it: a newer job that makes this run pointless ends it. */
  async #look(id: string, { job, generation }: PendingJob, run: AbortController): Promise<void> {
    const now = await this.#pending.get(id)
    if (now && now.generation !== generation && isSuperseded(job, now.job)) run.abort(new Superseded())
  }
}

interface WakeUp {
  readonly id: string
}

function openBull(connections: Connections, { prefix, lockMs = LOCK_MS }: BullLaneOptions): Bull.Queue<WakeUp> {
  const bull = new Bull<WakeUp>(`${prefix}-jobs`, {
    prefix,
    createClient: (type) => connections.forBull(type),
    settings: {
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // A wake-up that stalls is only a wake-up: attempts are counted in PendingJobs.
      maxStalledCount: 1_000,
    },
  })
  return bull.on('error', ignore)
}

/** Bull separates its keys by `:`. */
function bullId(id: string): string {
  return encodeURIComponent(id)
}

function ignore(): void {}
