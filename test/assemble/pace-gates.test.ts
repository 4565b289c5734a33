import { expect, test } from '@jest/globals'
import { paceGates } from '../../src/assemble/pace-gates.ts'
import type { Job } from '../../src/model/job.ts'

const repository = { installation: 1, owner: 'acme', name: 'shop' }
const gates: Job = { kind: 'gates', repository, environment: 'prod' }
const drift: Job = { ...gates, about: 'drift' }
const settled: Job = { ...gates, about: 'settled' }

async function delays(...jobs: Job[]): Promise<number[]> {
  const found: number[] = []
  const queue = paceGates({ add: async (_job, options) => void found.push(options?.delayMs ?? 0) })
  for (const job of jobs) await queue.add(job)
  return found
}

test('drift is told at once, then once a minute; its end at once even so, and then every five seconds', async () => {
  const [first, second, ended, endedAgain] = await delays(drift, drift, settled, settled)
  expect(first).toBe(0)
  expect(second).toBeGreaterThan(50_000)
  expect(ended).toBe(0)
  expect(endedAgain).toBeGreaterThan(4_000)
  expect(endedAgain).toBeLessThanOrEqual(5_000)
})

test('drift is told at once although something else was a moment before', async () => {
  expect(await delays(gates, drift)).toEqual([0, 0])
})

test('promotions wait two seconds for others, and other jobs for nobody', async () => {
  const promotions: Job = { kind: 'promotions', repository }
  const [first, second] = await delays(promotions, promotions)
  expect(first).toBe(0)
  expect(second).toBeGreaterThan(1_500)
  expect(await delays({ kind: 'sweep' }, { kind: 'sweep' })).toEqual([0, 0])
})
