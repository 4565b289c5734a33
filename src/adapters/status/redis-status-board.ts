import type { Redis } from 'ioredis'
import { targetId } from '../../model/target.ts'
import type { StatusBoard, TargetStatus } from '../../model/target-status.ts'

const DAY_SECONDS = 86_400

/** Shared by every process on one Redis: a hash per repository, a field per target. Forgotten a day after the last write. */
export function createRedisStatusBoard(redis: Redis, prefix = 'lockstep'): StatusBoard {
  const key = (repository: string) => `${prefix}:status:${repository}`
  return {
    async put(repository, status) {
      await redis
        .multi()
        .hset(key(repository), targetId(status.target), JSON.stringify(status))
        .expire(key(repository), DAY_SECONDS)
        .exec()
    },
    async list(repository) {
      const texts = await redis.hvals(key(repository))
      return texts.map((text) => JSON.parse(text) as TargetStatus)
    },
  }
}
