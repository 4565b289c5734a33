import type { ChainableCommander, Redis } from 'ioredis'
import { combineJobs, type Job } from '../../model/job.ts'

/** What is to be done under one id: the newest data, and which version of it. */
export interface PendingJob {
  readonly job: Job
  readonly generation: number
}

/** A job on its way in. */
export interface AddedJob {
  readonly id: string
  readonly job: Job
  readonly delayMs: number
}

/**
 * The jobs themselves, of those that share a lane. What carries wake-ups may drop or repeat them; what has to be done stands here until a
 * run that started after the last `put` has ended.
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

  /**
   * Stores them, and `more` with them, in two round trips however many they are. Answers what is now to be done. Of two processes that put one id
   * at the same moment one may forget the other's wish to see a check again; it can be repeated.
   */
  async putAll(
    added: readonly AddedJob[],
    more?: (together: ChainableCommander, jobs: ReadonlyMap<string, Job>) => void,
  ): Promise<ReadonlyMap<string, Job>> {
    const jobs = new Map<string, Job>()
    const known = await this.getAll(added.map(({ id }) => id))
    for (const { id, job } of added) jobs.set(id, combineJobs(jobs.get(id) ?? known.get(id), job))
    const together = this.#redis.multi()
    together.hset(this.#data, Object.fromEntries([...jobs].map(([id, job]) => [id, JSON.stringify(job)])))
    for (const id of jobs.keys()) together.hincrby(this.#generations, id, 1)
    together.hdel(this.#attempts, ...jobs.keys())
    more?.(together, jobs)
    await together.exec()
    return jobs
  }

  async get(id: string): Promise<PendingJob | undefined> {
    const [text, generation] = await Promise.all([
      this.#redis.hget(this.#data, id),
      this.#redis.hget(this.#generations, id),
    ])
    return text === null ? undefined : { job: JSON.parse(text) as Job, generation: Number(generation) }
  }

  /** Those of them that there are. */
  async getAll(ids: readonly string[]): Promise<Map<string, Job>> {
    if (ids.length === 0) return new Map()
    const texts = await this.#redis.hmget(this.#data, ...ids)
    return new Map(ids.flatMap((id, index) => (texts[index] ? [[id, JSON.parse(texts[index]) as Job] as const] : [])))
  }

  /** Counted when a run starts, so that a job that kills its process is given up too. */
  async countAttempt(id: string): Promise<number> {
    return this.#redis.hincrby(this.#attempts, id, 1)
  }

  /** The attempt was broken off by the one who made it. */
  async forgetAttempt(id: string): Promise<void> {
    await this.#redis.hincrby(this.#attempts, id, -1)
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
