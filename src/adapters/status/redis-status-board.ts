import type { Redis } from 'ioredis'
import { targetId } from '../../model/target.ts'
import type { ConfigurationFault, StatusBoard, TargetStatus } from '../../model/target-status.ts'
import { seenAt, stillWaiting, withFault } from './memory-status-board.ts'

const DAY_SECONDS = 86_400

/**
 * Shared by every process on one Redis: for each repository a hash of statuses and one of when they were seen last, a field per target;
 * and for each target that others waited for a set of those, which may wait no more.
 * What is wrong with a repository's configuration is a key of its own.
 * Forgotten a day after the last write.
 */
export function createRedisStatusBoard(redis: Redis, prefix = 'lockstep'): StatusBoard {
  const statuses = (repository: string) => `${prefix}:status:${repository}`
  const seen = (repository: string) => `${prefix}:seen:${repository}`
  const waiters = (repository: string, id: string) => `${prefix}:waiters:${repository}:${id}`
  const write = async (key: string, fields: Readonly<Record<string, string>>) => {
    await redis.multi().hset(key, fields).expire(key, DAY_SECONDS).exec()
  }
  const faults = (repository: string) => `${prefix}:configuration-fault:${repository}`
  const faultOf = async (repository: string) => {
    const text = await redis.get(faults(repository))
    return text === null ? undefined : (JSON.parse(text) as ConfigurationFault)
  }
  return {
    async put(repository, status) {
      const id = targetId(status.target)
      const key = statuses(repository)
      const change = redis
        .multi()
        .hset(key, { [id]: JSON.stringify(status) })
        .expire(key, DAY_SECONDS)
      for (const other of status.waitsOn ?? [])
        change.sadd(waiters(repository, other), id).expire(waiters(repository, other), DAY_SECONDS)
      await change.exec()
    },
    async waitingFor(repository, target) {
      const ids = await redis.smembers(waiters(repository, targetId(target)))
      if (ids.length === 0) return []
      const texts = await redis.hmget(statuses(repository), ...ids)
      return stillWaiting(
        texts.flatMap((text) => (text === null ? [] : (JSON.parse(text) as TargetStatus))),
        target,
      )
    },
    async get(repository, target) {
      const id = targetId(target)
      const [text, observedAt, fault] = await Promise.all([
        redis.hget(statuses(repository), id),
        redis.hget(seen(repository), id),
        faultOf(repository),
      ])
      return text === null ? undefined : withFault(seenAt(JSON.parse(text) as TargetStatus, observedAt), fault)
    },
    async list(repository) {
      const [texts, times, fault] = await Promise.all([
        redis.hgetall(statuses(repository)),
        redis.hgetall(seen(repository)),
        faultOf(repository),
      ])
      const known = Object.entries(texts).map(([id, text]) => seenAt(JSON.parse(text) as TargetStatus, times[id]))
      return known.map((status) => withFault(status, fault))
    },
    configurationFault: faultOf,
    async putConfigurationFault(repository, fault) {
      if (fault) await redis.set(faults(repository), JSON.stringify(fault), 'EX', DAY_SECONDS)
      else await redis.del(faults(repository))
    },
    async touch(repository, targets, observedAt) {
      if (targets.length === 0) return
      await redis.expire(statuses(repository), DAY_SECONDS)
      await write(seen(repository), Object.fromEntries(targets.map((target) => [targetId(target), observedAt])))
    },
  }
}
