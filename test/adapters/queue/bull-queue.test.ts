import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { createBullQueue } from '../../../src/adapters/queue/bull-queue.ts'
import type { Job } from '../../../src/model/job.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'
import { describeJobQueue, until } from './job-queue-contract.ts'

let redis: TestRedis
let prefixes = 0
const job: Job = { kind: 'preview', repository: { installation: 1, owner: 'acme', name: 'shop' }, number: 1 }

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

describeJobQueue('on Redis', async (options) =>
  createBullQueue({ ...options, redisUrl: redis.url, prefix: `contract-${++prefixes}` }),
)

describe('the job queue on Redis, beyond one process', () => {
  test('shares jobs between workers, one at a time per id', async () => {
    const open = () => createBullQueue({ redisUrl: redis.url, prefix: 'shared' })
    const workers = [open(), open()]
    let running = 0
    let most = 0
    let runs = 0
    for (const worker of workers)
      worker.process(async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 15))
        running -= 1
        runs += 1
      })
    for (let round = 0; round < 20; round++) await workers[round % 2]?.add(job)
    await until(async () => (await workers[0]?.size()) === 0)
    expect(most).toBe(1)
    expect(runs).toBeGreaterThan(0)
    await Promise.all(workers.map((worker) => worker.close(100)))
  })

  test('leaves no connection behind when it is closed', async () => {
    const looker = new Redis(redis.url)
    const connections = async () =>
      String(await looker.client('LIST'))
        .trim()
        .split('\n').length
    const before = await connections()
    const queue = createBullQueue({ redisUrl: redis.url, prefix: 'closed' })
    queue.process(async () => undefined)
    await queue.add(job)
    expect(await connections()).toBeGreaterThan(before)
    await queue.close(100)
    await until(async () => (await connections()) === before)
    looker.disconnect()
  })

  test('gives the job of a killed worker to another', async () => {
    const script = fileURLToPath(new URL('./hanging-worker.ts', import.meta.url))
    const flags = ['--disable-warning=ExperimentalWarning', script, redis.url, 'killed']
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
    const queue = createBullQueue({ redisUrl: redis.url, prefix: 'killed', lockMs: 1_000 })
    await queue.add(job)
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    const ran: Job[] = []
    queue.process(async (taken) => void ran.push(taken))
    await until(() => ran.length === 1, 20_000)
    expect(ran).toEqual([job])
    await queue.close(100)
  })

  test('refuses within two seconds while Redis is down, and goes on when it is back', async () => {
    const own = await startRedis()
    const queue = createBullQueue({ redisUrl: own.url, prefix: 'down' })
    const ran: Job[] = []
    queue.process(async (taken) => void ran.push(taken))
    await queue.add(job)
    await until(() => ran.length === 1)
    await own.kill()
    const began = Date.now()
    await expect(queue.add(job)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', kind: 'unreachable' })
    expect(Date.now() - began).toBeLessThan(2_000)
    expect(await queue.ready()).toBe(false)
    await own.restart()
    await until(() => queue.ready(), 20_000)
    await queue.add(job)
    await until(() => ran.length >= 2, 30_000)
    await queue.close(100)
    await own.stop()
  }, 60_000)
})
