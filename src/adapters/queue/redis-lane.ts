import type { Redis } from 'ioredis'
import { isUrgent } from '../../model/job.ts'
import type { JobHandler, StopTaking } from '../../model/job-queue.ts'
import { attemptJob } from './attempt-job.ts'
import { LaneRunner, type Turn } from './lane-runner.ts'
import { type AddedJob, PendingJobs } from './pending-jobs.ts'
import type { Channels } from './redis-channels.ts'
import { LANE_CONCURRENCY, type QueueOptions } from './retry.ts'

const RECOVER_MS = 15_000

export interface LaneConnections {
  readonly redis: Redis
  readonly prefix: string
  readonly channels: Channels
}

/** Names of the lanes that ever had a job. */
export const lanesKey = (prefix: string) => `${prefix}:lanes`

/**
 * The jobs of one lane in Redis. Only one process takes them (it holds the cluster), so their order is kept in that process; it is
 * told of new ones by a message, and looks itself when it begins and from time to time.
 */
export class RedisLane {
  readonly #redis: Redis
  readonly #channels: Channels
  readonly #name: string
  readonly #prefix: string
  /** Ids that run later, by when. */
  readonly #due: string
  readonly #channel: string
  readonly #pending: PendingJobs
  readonly #options: QueueOptions

  constructor({ redis, prefix, channels }: LaneConnections, name: string, options: QueueOptions) {
    const own = `${prefix}:lane:${name}`
    this.#redis = redis
    this.#channels = channels
    this.#name = name
    this.#prefix = prefix
    this.#due = `${own}:due`
    this.#channel = own
    this.#pending = new PendingJobs(redis, own)
    this.#options = options
  }

  async add(added: readonly AddedJob[]): Promise<void> {
    await this.#pending.putAll(added, (together, jobs) => {
      const turns: [string, Turn][] = added.map(({ id, delayMs }) => {
        const job = jobs.get(id)
        return [id, { delayMs, urgent: job !== undefined && isUrgent(job) }]
      })
      for (const { id, delayMs } of added) {
        if (delayMs > 0) together.zadd(this.#due, 'LT', Date.now() + delayMs, id)
        else together.zrem(this.#due, id)
      }
      together.sadd(lanesKey(this.#prefix), this.#name)
      together.publish(this.#channel, JSON.stringify(turns))
    })
  }

  process(handler: JobHandler, concurrency = LANE_CONCURRENCY): StopTaking {
    const runner = new LaneRunner(concurrency, (id, signal) => this.#run(id, handler, signal))
    const hearing = this.#channels.listen(this.#channel, (message) =>
      runner.offer(JSON.parse(message) as [string, Turn][]),
    )
    const recover = () => void this.#recover(runner).catch(() => undefined)
    const recovery = setInterval(recover, RECOVER_MS)
    hearing.then(recover, recover)
    return async (graceMs = 10_000) => {
      clearInterval(recovery)
      await runner.stop(graceMs)
      await hearing.then((deafen) => deafen()).catch(() => undefined)
    }
  }

  async size(): Promise<number> {
    return this.#pending.size()
  }

  async #run(id: string, handler: JobHandler, signal: AbortSignal): Promise<Turn | undefined> {
    try {
      const found = await this.#pending.get(id)
      if (!found) return undefined
      await this.#redis.zrem(this.#due, id)
      const delayMs = await attemptJob(this.#pending, id, found, handler, signal, this.#options)
      return delayMs === undefined ? undefined : { delayMs, urgent: isUrgent(found.job) }
    } catch {
      // Redis does not answer: what is still to be done is found when it does.
      return undefined
    }
  }

  /** What was stored before this process listened, and what it was not told of. */
  async #recover(runner: LaneRunner): Promise<void> {
    const unknown = (await this.#pending.ids()).filter((id) => !runner.has(id))
    if (unknown.length === 0) return
    const [jobs, due] = await Promise.all([this.#pending.getAll(unknown), this.#redis.zmscore(this.#due, ...unknown)])
    const turns = unknown.map((id, index): [string, Turn] => {
      const job = jobs.get(id)
      const delayMs = Math.max(0, Number(due[index] ?? 0) - Date.now())
      return [id, { delayMs, urgent: job !== undefined && isUrgent(job) }]
    })
    runner.offer(turns)
  }
}
