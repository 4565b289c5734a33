import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type LockstepScene, openLockstep } from '../support/lockstep-scene.ts'

let lockstep: LockstepScene

beforeAll(async () => {
  lockstep = await openLockstep()
}, 60_000)
afterAll(() => lockstep.close())

test('a look at the promotions of many applications is counted as one job for each thing it decided', async () => {
  const repository = await lockstep.repository()
  await lockstep.idle()
  const before = await lockstep.jobs('promotions')
  await lockstep.services.queue.add({ kind: 'promotions', repository: lockstep.ref(repository) })
  await lockstep.idle()
  expect((await lockstep.jobs('promotions')) - before).toBe(1)
}, 60_000)
