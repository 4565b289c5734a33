import { describe, expect, test } from '@jest/globals'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import type { PromotionWorld } from '../../support/promotion-world.ts'
import { openedPromotion, say } from '../../support/say-command.ts'

const HOUR = 3_600_000

async function laterBy(made: PromotionWorld, milliseconds: number): Promise<number> {
  made.now += milliseconds
  await made.settle()
  await advancePromotions(made.ports())
  return made.merges
}

describe('a stop with an end', () => {
  test.each([
    '/hold until 2h',
    '/lock staging until 2h',
    '/lock all until 2h',
  ])('%s holds for two hours and no longer', async (stop) => {
    const made = await openedPromotion()
    const said = await say(made, 1, 'ana', `${stop} for the sale\n/promote`)
    expect(said.reply).toContain('until 2026-11-21T14:00:01.000Z')
    expect(await laterBy(made, 2 * HOUR - 1000)).toBe(0)
    expect(await laterBy(made, 1000)).toBe(1)
  })

  test('that is over is not there to be released', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/hold until 1h\n/lock staging until 1h')
    made.now += HOUR
    expect(await say(made, 1, 'bob', '/unhold')).toMatchObject({ code: 'NOT_HELD' })
    expect(await say(made, 1, 'bob', '/unlock staging')).toMatchObject({ code: 'NOT_LOCKED' })
  })

  test('counts from when it was written, however late it is taken up', async () => {
    const made = await openedPromotion()
    const job = made.say(1, 'ana', '/lock staging until 1h')
    made.now += HOUR / 2
    await handleCommand(made.ports(), job)
    expect((await readState(made.ports())).locks.get('staging')?.until).toBe('2026-11-21T13:00:01.000Z')
  })

  test('is not taken away by a release that was written before it', async () => {
    const made = await openedPromotion()
    const [unhold, unlock] = [made.say(1, 'bob', '/unhold'), made.say(1, 'bob', '/unlock staging')]
    await say(made, 1, 'ana', '/hold until 1h\n/lock staging until 1h')
    expect(await handleCommand(made.ports(), unhold)).toMatchObject({ decision: 'refused', code: 'HELD' })
    expect(await handleCommand(made.ports(), unlock)).toMatchObject({ decision: 'refused', code: 'LOCKED' })
    const { holds, locks } = await readState(made.ports())
    expect([holds.size, locks.size]).toEqual([1, 1])
  })
})

describe('the incident stop', () => {
  async function stopped(by = 'ana'): Promise<PromotionWorld> {
    const made = await openedPromotion()
    await say(made, 1, by, '/lock all errors at payment')
    return made
  }
  const locks = async (made: PromotionWorld) => (await readState(made.ports())).locks

  test('is released by its owner without a reason, and leaves no entry', async () => {
    const made = await stopped()
    expect(await say(made, 1, 'ana', '/unlock all')).toMatchObject({ code: 'UNLOCKED' })
    const { locks, audit } = await readState(made.ports())
    expect([locks.size, audit.size]).toEqual([0, 0])
  })

  test('stays its owner’s: nobody takes it over by locking again', async () => {
    const made = await stopped()
    expect((await say(made, 1, 'bob', '/lock all until 1m mine now')).reply).toContain('It stays as it is.')
    expect((await locks(made)).get('all')).toMatchObject({ by: 'ana', reason: 'errors at payment' })
    expect(await say(made, 1, 'bob', '/unlock all')).toMatchObject({ decision: 'refused', code: 'BREAK_GLASS_REASON' })
  })

  test('is not opened by unlocking one environment', async () => {
    const made = await stopped()
    expect(await say(made, 1, 'ana', '/unlock staging')).toMatchObject({ code: 'NOT_LOCKED' })
    expect((await locks(made)).has('all')).toBe(true)
  })

  test('is released by somebody else with a reason: who, what, of whom and why stays', async () => {
    const made = await stopped()
    const job = made.say(1, 'bob', '/unlock all --reason false alarm')
    for (const _ of ['once', 'again'])
      expect(await handleCommand(made.ports(), job)).toMatchObject({
        code: expect.stringMatching(/GLASS_BROKEN|ALREADY/),
      })
    const { locks, audit } = await readState(made.ports())
    expect(locks.size).toBe(0)
    expect([...audit.values()]).toMatchObject([
      {
        comment: job.comment.id,
        action: 'unlock',
        by: 'bob',
        reason: 'false alarm',
        of: { by: 'ana', reason: 'errors at payment' },
      },
    ])
  })

  test('is for every writer; letting go of it takes the right in every environment', async () => {
    const made = await openedPromotion()
    const [dev, staging, prod] = made.config.environments
    if (!dev || !staging || !prod) throw new Error('three environments')
    made.config = { ...made.config, environments: [dev, staging, { ...prod, commands: { teams: ['acme/sre'] } }] }
    expect(await say(made, 1, 'ana', '/lock all')).toMatchObject({ code: 'LOCKED', reactions: ['eyes', 'rocket'] })
    expect(await say(made, 1, 'ana', '/unlock all')).toMatchObject({ code: 'NOT_IN_TEAM' })
    made.teams['acme/sre'] = ['ana']
    expect(await say(made, 1, 'ana', '/unlock all')).toMatchObject({ code: 'UNLOCKED' })
  })
})
