import type { Redis } from 'ioredis'
import { type Job, jobId, jobLane } from '../../model/job.ts'
import type { JobHandler, JobQueue, StopTaking, TakeOptions } from '../../model/job-queue.ts'
import { Batch } from './batch.ts'
import { BullLane } from './bull-lane.ts'
import { Connections, type CreateClient } from './connections.ts'
import { inTime } from './in-time.ts'
import type { AddedJob } from './pending-jobs.ts'
import { type Channels, createChannels } from './redis-channels.ts'
import { lanesKey, RedisLane } from './redis-lane.ts'
import type { QueueOptions } from './retry.ts'

export interface BullQueueOptions extends QueueOptions {
  readonly redisUrl: string
  /** Queues of one prefix share their jobs. */
  readonly prefix?: string
  /** How long a killed worker's job of no lane stays its own. Default ten seconds. */
  readonly lockMs?: number
  readonly createClient?: CreateClient
}

/** The queue that several processes share through Redis. */
export function createBullQueue(options: BullQueueOptions): JobQueue {
  return new BullQueue(options)
}

interface Stored extends AddedJob {
  readonly lane: string | undefined
}

class BullQueue implements JobQueue {
  readonly #options: BullQueueOptions
  readonly #prefix: string
  readonly #connections: Connections
  readonly #redis: Redis
  readonly #channels: Channels
  /** Jobs of no lane. */
  readonly #shared: BullLane
  readonly #lanes = new Map<string, RedisLane>()
  readonly #adding = new Batch<Stored>((added) => this.#store(added))
  readonly #taken = new Set<StopTaking>()
  #closed = false

  constructor(options: BullQueueOptions) {
    const { prefix = 'lockstep', redisUrl, createClient } = options
    const connect = () => new Connections(redisUrl, createClient)
    this.#options = options
    this.#prefix = prefix
    this.#connections = connect()
    this.#redis = this.#connections.client()
    this.#channels = createChannels(() => this.#connections.listener())
    this.#shared = new BullLane(this.#redis, { ...options, prefix, connect })
  }

  async add(job: Job, { delayMs = 0 }: { delayMs?: number } = {}): Promise<void> {
    await this.#adding.add({ id: jobId(job), job, delayMs, lane: jobLane(job) })
  }

  process(handler: JobHandler, { lane, concurrency }: TakeOptions = {}): StopTaking {
    const stop = lane === undefined ? this.#shared.process(handler) : this.#lane(lane).process(handler, concurrency)
    this.#taken.add(stop)
    return (graceMs) => {
      this.#taken.delete(stop)
      return stop(graceMs)
    }
  }

  async size(): Promise<number> {
    return inTime(async () => {
      const names = await this.#redis.smembers(lanesKey(this.#prefix))
      const sizes = await Promise.all(
        [this.#shared, ...names.map((name) => this.#lane(name))].map((lane) => lane.size()),
      )
      return sizes.reduce((sum, size) => sum + size, 0)
    })
  }

  async ready(): Promise<boolean> {
    if (this.#closed) return false
    return inTime(() => this.#redis.ping()).then(
      () => true,
      () => false,
    )
  }

  async close(graceMs = 10_000): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#taken].map((stop) => stop(graceMs)))
    await this.#shared.close()
    this.#connections.disconnect()
  }

  #lane(name: string): RedisLane {
    const connections = { redis: this.#redis, prefix: this.#prefix, channels: this.#channels }
    const lane = this.#lanes.get(name) ?? new RedisLane(connections, name, this.#options)
    this.#lanes.set(name, lane)
    return lane
  }

  async #store(added: readonly Stored[]): Promise<void> {
    const byLane = Map.groupBy(added, ({ lane }) => lane)
    await inTime(() =>
      Promise.all([...byLane].map(([name, jobs]) => (name === undefined ? this.#shared : this.#lane(name)).add(jobs))),
    )
  }
}
