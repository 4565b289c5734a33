import { expect, test } from '@jest/globals'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { promotionGateReasons } from '../../../src/promotion/gates/promotion-gates.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import type { PromotionWorld } from '../../support/promotion-world.ts'
import { openedPromotion, say } from '../../support/say-command.ts'

/** v2 of checkout was promoted to staging and taken back there: #2 is its rollback. */
async function rolledBack(): Promise<PromotionWorld> {
  const made = await openedPromotion()
  await say(made, 1, 'ana', '/promote')
  await advancePromotions(made.ports())
  await made.settle()
  expect(await say(made, 1, 'bob', '/rollback staging checkout')).toMatchObject({ code: 'ROLLBACK_OPENED' })
  made.greenGates()
  await advancePromotions(made.ports())
  await made.settle()
  expect(made.merges).toBe(2)
  return made
}

const quarantined = async (made: PromotionWorld) =>
  [...(await readState(made.ports())).ledger.values()]
    .filter(({ quarantine }) => quarantine)
    .map((each) => each.pullRequest)

async function gateCodes(made: PromotionWorld): Promise<string[]> {
  await say(made, 1, 'ana', '/promote staging checkout')
  const pull = made.openPulls().at(-1)
  if (!pull) throw new Error('nothing is open')
  return (await promotionGateReasons(made.ports(), pull)).map(({ code }) => code)
}

test('a version that was taken back is promoted again after /resume, and who let it is recorded', async () => {
  const made = await rolledBack()
  expect(await gateCodes(made)).toContain('QUARANTINED')
  const said = await say(made, 1, 'ana', '/resume staging checkout')
  expect(said).toMatchObject({ code: 'RESUMED', reactions: ['eyes', 'rocket'] })
  expect(said.reply).toContain('`checkout`: `v2`, taken back by #2')
  expect(await gateCodes(made)).not.toContain('QUARANTINED')
  expect([...(await readState(made.ports())).audit.values()]).toMatchObject([
    { action: 'resume', environment: 'staging', application: 'checkout', by: 'ana', of: { by: 'bob' } },
  ])
})

test('without an application it is about all that was taken back in that environment, and nowhere else', async () => {
  const made = await rolledBack()
  expect(await say(made, 1, 'ana', '/resume prod')).toMatchObject({ code: 'NOTHING_QUARANTINED' })
  expect(await quarantined(made)).toEqual([2])
  expect(await say(made, 1, 'ana', '/resume staging')).toMatchObject({ code: 'RESUMED' })
  expect(await quarantined(made)).toEqual([])
  expect(await say(made, 1, 'ana', '/resume staging')).toMatchObject({ code: 'NOTHING_QUARANTINED' })
})

test('a rollback that was closed took nothing back', async () => {
  const made = await openedPromotion()
  await say(made, 1, 'ana', '/promote')
  await advancePromotions(made.ports())
  await made.settle()
  await say(made, 1, 'bob', '/rollback staging checkout')
  await say(made, 2, 'bob', '/cancel')
  expect(await say(made, 1, 'ana', '/resume staging checkout')).toMatchObject({ code: 'NOTHING_QUARANTINED' })
})

test('a version that is taken back after the comment stays taken back', async () => {
  const made = await openedPromotion()
  await say(made, 1, 'ana', '/promote')
  await advancePromotions(made.ports())
  await made.settle()
  const job = made.say(1, 'ana', '/resume staging checkout')
  await say(made, 1, 'bob', '/rollback staging checkout')
  expect(await handleCommand(made.ports(), job)).toMatchObject({ code: 'NOTHING_QUARANTINED' })
  expect(await quarantined(made)).toEqual([2])
})

test.each([
  ['/resume stagin', 'UNKNOWN_ENVIRONMENT'],
  ['/resume staging chekout', 'UNKNOWN_APPLICATION'],
])('%s: %s', async (body, code) => {
  expect(await say(await openedPromotion(), 1, 'ana', body)).toMatchObject({ code })
})
