import type { Redis } from 'ioredis'
import { combineJobs, type Job } from '../../model/job.ts'

/** What is to be done under one id: the newest data, which version of it, and how often it was started. */
export interface PendingJob {
  readonly job: Job
  readonly generation: number
  readonly attempt: number
}

/**
 * The jobs themselves, beside Bull. Bull drops a job that is added while one of its id runs, so it only carries wake-ups; what has to be done
 * stands here until a run that started after the last `put` has ended.
 */
export class PendingJobs {
  readonly #redis: Redis
  readonly #data: string
  readonly #generations: string
  readonly #attempts: string

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#data = `${prefix}:pending`
    this.#generations = `${prefix}:generations`
    this.#attempts = `${prefix}:attempts`
  }

  /** Of two processes that put at the same moment one may forget the other's wish to see a check again; it can be repeated. */
  async put(id: string, job: Job): Promise<void> {
    const known = await this.get(id)
    await this.#redis
      .multi()
      .hset(this.#data, id, JSON.stringify(combineJobs(known?.job, job)))
      .hincrby(this.#generations, id, 1)
      .hdel(this.#attempts, id)
      .exec()
  }

  async get(id: string): Promise<{ job: Job; generation: number } | undefined> {
    const [text, generation] = await Promise.all([
      this.#redis.hget(this.#data, id),
      this.#redis.hget(this.#generations, id),
    ])
    return text === null ? undefined : { job: JSON.parse(text) as Job, generation: Number(generation) }
  }

  /** Counted when a run starts, so that a job that kills its process is given up too. */
  async countAttempt(id: string): Promise<number> {
    return this.#redis.hincrby(this.#attempts, id, 1)
  }

  /** Forgets the job unless it was put again since that generation; answers whether it is forgotten. */
  async settle(id: string, generation: number): Promise<boolean> {
    const settled = await this.#redis.eval(SETTLE, 3, this.#generations, this.#data, this.#attempts, id, generation)
    return settled === 1
  }

  async ids(): Promise<string[]> {
    return this.#redis.hkeys(this.#data)
  }

  async size(): Promise<number> {
    return this.#redis.hlen(this.#data)
  }
}

/** Generations are kept: a counter that started again could match an old run. They are small, one a job id. */
const SETTLE = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1`
