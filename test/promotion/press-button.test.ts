import { describe, expect, test } from '@jest/globals'
import type { ActionJob } from '../../src/model/job.ts'
import { advancePromotions } from '../../src/promotion/advance-promotions.ts'
import { pressButton } from '../../src/promotion/press-button.ts'
import { PromotionWorld } from '../support/promotion-world.ts'

/** With the promotion of checkout to staging open as #1. */
async function world(): Promise<PromotionWorld> {
  const made = new PromotionWorld(['v2', 'v1', 'v1'])
  await made.settle()
  await advancePromotions(made.ports())
  made.jobs.length = 0
  return made
}

function press(made: PromotionWorld, change: Partial<ActionJob> = {}) {
  const headSha = made.pulls[0]?.head.sha ?? ''
  const sender = { login: 'ana', bot: false }
  const wanted = { repository: made.ref, headSha, check: 'lockstep/gate', identifier: 'again', wish: 'button-5-again' }
  return pressButton(made.ports(), { kind: 'action', ...wanted, sender, ...change })
}

const heal = { identifier: 'heal', check: 'lockstep/drift/staging' }

describe('a button of a check', () => {
  test('"again" looks again at every pull request with that head, forks’ too', async () => {
    const made = await world()
    const [own] = made.pulls
    if (!own) throw new Error('no pull request')
    made.open({ head: { ref: 'theirs', sha: own.head.sha, fork: true } })
    expect(await press(made)).toMatchObject({ decision: 'done', code: 'CHECKS_AGAIN' })
    const again = { wish: 'button-5-again', check: 'lockstep/gate' }
    const seen = `${own.head.sha} main`
    const preview = { kind: 'preview', repository: made.ref, seen, again }
    expect(made.jobs).toEqual([1, 2].map((number) => ({ ...preview, number })))
  })

  test('"again" on the commit of a merge group looks at that', async () => {
    const made = await world()
    const headSha = 'e'.repeat(40)
    const branch = `gh-readonly-queue/main/pr-1-${'b'.repeat(40)}`
    made.git.refs.set(branch, headSha)
    await press(made, { headSha })
    expect(made.jobs).toMatchObject([{ kind: 'group', branch, headSha, again: { wish: 'button-5-again' } }])
  })

  test('"heal" does what /heal does, in the environment of its check', async () => {
    const made = await world()
    expect(await press(made, heal)).toMatchObject({ decision: 'done', code: 'HEAL_REQUESTED' })
    expect(made.jobs.map((job) => job.kind === 'reconcile' && [job.target.environment, job.heal])).toEqual([
      ['staging', true],
      ['staging', true],
    ])
  })

  test.each<[who: string, sender: ActionJob['sender']]>([
    ['may only read', { login: 'eve', bot: false }],
    ['is a stranger', { login: 'mallory', bot: false }],
    ['is a bot', { login: 'ana', bot: true }],
  ])('does nothing for one who %s', async (_who, sender) => {
    const made = await world()
    for (const button of [{}, heal])
      expect(await press(made, { ...button, sender })).toMatchObject({ decision: 'refused', code: 'NOT_PERMITTED' })
    expect(made.jobs).toEqual([])
  })

  test.each<[what: string, change: Partial<ActionJob>, code: string]>([
    ['a commit that is no head any more', { headSha: 'f'.repeat(40) }, 'CHECKS_WITHOUT_PULL_REQUEST'],
    ['a button of another version', { identifier: 'explode' }, 'BUTTON_UNKNOWN'],
    ['a check that names no environment', { identifier: 'heal', check: 'lockstep/gate' }, 'BUTTON_UNKNOWN'],
    ['an environment that is gone', { identifier: 'heal', check: 'lockstep/drift/moon' }, 'UNKNOWN_ENVIRONMENT'],
  ])('%s is answered, and nothing is done', async (_what, change, code) => {
    const made = await world()
    expect(await press(made, change)).toMatchObject({ code })
    expect(made.jobs).toEqual([])
  })

  test('what GitHub itself asks for needs no other right', async () => {
    const made = await world()
    const { ref: repository, pulls } = made
    const headSha = pulls[0]?.head.sha ?? ''
    const job: ActionJob = { kind: 'action', repository, headSha, identifier: 'again', wish: 'suite-1' }
    expect(await pressButton(made.ports(), job)).toMatchObject({ code: 'CHECKS_AGAIN' })
    expect(made.jobs).toMatchObject([{ kind: 'preview', again: { wish: 'suite-1' } }])
  })
})
