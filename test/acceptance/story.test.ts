import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Stage, setStage } from '../../sandbox/demo/stage.ts'
import { STORY } from '../../sandbox/demo/story/story.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

const MINUTES = 60_000
process.env.LOCKSTEP_DEMO_PATIENCE = '4'

describe.each(['in-process queue', 'Redis'])('the whole story on the %s', (queue) => {
  let directory: string
  let redis: TestRedis | undefined
  let stage: Stage
  let broken: string | undefined

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lockstep-story-'))
    redis = queue === 'Redis' ? await startRedis() : undefined
    stage = await setStage({ directory, redisUrl: redis?.url, sweepSeconds: 5, progress: () => undefined })
  }, 15 * MINUTES)

  afterAll(async () => {
    await stage?.close()
    await redis?.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }, MINUTES)

  test.each(STORY.map((step) => [step.name, step] as const))(
    '%s',
    async (_name, step) => {
      if (broken) throw new Error(`not played: the story broke at "${broken}"`)
      broken = step.name
      const interruption = interrupt(stage, step.name)
      await step.play(stage.scene).catch(async (error: Error) => {
        const log = await readFile(stage.logFile, 'utf8')
        throw new Error(`${error.message}\nThe end of Lockstep's log:\n${log.slice(-6000)}`)
      })
      await interruption
      broken = undefined
    },
    5 * MINUTES,
  )

  test('asks GitHub for nothing that the stand-in does not know', () => {
    expect(stage.github.unknownRequests).toEqual([])
  })
})

/** One lost webhook and one killed worker, each in the middle of something that must still come out right. */
async function interrupt(stage: Stage, step: string): Promise<void> {
  if (step.includes('in dev')) stage.github.switches.nextDelivery('pull_request', 'drop')
  if (step.includes('promotion of checkout to prod')) {
    await sleep(1_500)
    await stage.killWorker()
  }
}
