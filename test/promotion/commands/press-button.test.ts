import { describe, expect, test } from '@jest/globals'
import { driftFingerprint, driftSetId } from '../../../src/model/ignored-drift.ts'
import type { ActionJob } from '../../../src/model/job.ts'
import type { DriftEntry } from '../../../src/model/target-status.ts'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { pressButton } from '../../../src/promotion/commands/press-button.ts'
import { listIgnoredDrift } from '../../../src/promotion/gates/ignored-drift.ts'
import { gateReasons } from '../../../src/promotion/gates/promotion-gates.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readSnapshot } from '../../../src/promotion/pulls/snapshot.ts'
import { testFingerprint } from '../../support/preview-world.ts'
import { PromotionWorld } from '../../support/promotion-world.ts'

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

  test('"adopt" goes the way of the command, and is answered on the pull request', async () => {
    const made = await world()
    const adopt = { identifier: 'adopt', check: 'lockstep/drift/staging', wish: 'button-5-adopt' }
    expect(await press(made, adopt)).toMatchObject({ decision: 'done', code: 'ADOPT_REQUESTED' })
    const [job] = made.jobs
    expect(job).toMatchObject({
      kind: 'command',
      number: 1,
      comment: { body: '/adopt staging', author: { login: 'ana' } },
    })
    if (job?.kind !== 'command') throw new Error('no command')
    await handleCommand(made.ports(), job)
    await handleCommand(made.ports(), job)
    expect(made.comments.map(({ number, body }) => [number, body.split('\n')[0]])).toEqual([
      [1, expect.stringContaining('/adopt')],
    ])
    expect(made.reactions.size).toBe(0)
  })

  test.each<[who: string, sender: ActionJob['sender']]>([
    ['may only read', { login: 'eve', bot: false }],
    ['is a stranger', { login: 'mallory', bot: false }],
    ['is a bot', { login: 'ana', bot: true }],
  ])('does nothing for one who %s', async (_who, sender) => {
    const made = await world()
    for (const button of [{}, heal, { ...heal, identifier: 'adopt' }, { ...heal, identifier: 'ignore.0123456789ab' }])
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

describe('"ignore" of the drift that a check showed', () => {
  const entry: DriftEntry = {
    object: 'Deployment/checkout',
    path: '.spec.replicas',
    desired: '2',
    live: '8',
    manager: 'kubectl-edit',
    since: '2026-11-21T11:00:00Z',
  }
  const DAY = 24 * 3_600_000

  async function drifted(drift: readonly DriftEntry[] = [entry]): Promise<PromotionWorld> {
    const made = await world()
    await settleWith(made, drift)
    return made
  }
  const settleWith = (made: PromotionWorld, drift: readonly DriftEntry[]) =>
    made.settle(({ environment, application }) =>
      environment === 'staging' && application === 'checkout' ? { drift } : {},
    )
  const idsOf = (drift: readonly DriftEntry[]) => {
    const target = { application: 'checkout', environment: 'staging', cluster: 'staging' }
    return drift.map((each) => driftFingerprint(target, each, testFingerprint))
  }
  const ignore = (drift: readonly DriftEntry[]) => ({ ...heal, identifier: `ignore.${driftSetId(idsOf(drift))}` })
  const gates = (made: PromotionWorld) => made.jobs.filter(({ kind }) => kind === 'gates')

  test('is written down with who, when and until; and the gates are decided again', async () => {
    const made = await drifted()
    expect(await press(made, ignore([entry]))).toMatchObject({ decision: 'done', code: 'DRIFT_IGNORED' })
    const until = new Date(made.now + DAY).toISOString()
    expect(await listIgnoredDrift(made.ports())).toEqual([{ id: idsOf([entry])[0], by: 'ana', until }])
    expect(gates(made)).toMatchObject([{ environment: 'staging' }])
  })

  test('holds no promotion back, until its day is over or the value changes again', async () => {
    const made = await drifted()
    const codes = async () => {
      const snapshot = await readSnapshot(made.ports())
      const [pull] = made.openPulls()
      if (!snapshot || !pull) throw new Error('nothing to ask about')
      return (await gateReasons(made.ports(), snapshot, pull)).map(({ code }) => code)
    }
    expect(await codes()).toContain('DRIFT_BLOCKS')
    await press(made, ignore([entry]))
    expect(await codes()).not.toContain('DRIFT_BLOCKS')
    await settleWith(made, [{ ...entry, live: '9' }])
    expect(await codes()).toContain('DRIFT_BLOCKS')
    made.now += DAY
    await settleWith(made, [entry])
    expect(await codes()).toContain('DRIFT_BLOCKS')
  })

  test('pressed again makes nothing last longer; what came since is added, what is over is forgotten', async () => {
    const made = await drifted()
    await press(made, ignore([entry]))
    made.now += DAY / 2
    const both = [entry, { ...entry, path: '.spec.paused' }]
    await settleWith(made, both)
    await press(made, ignore(both))
    const ends = async () => (await listIgnoredDrift(made.ports())).map(({ until }) => Date.parse(until) - made.now)
    expect(await ends()).toEqual([DAY / 2, DAY])
    made.now += DAY / 2
    const third = [{ ...entry, live: '7' }]
    await settleWith(made, third)
    await press(made, ignore(third))
    expect(await ends()).toEqual([DAY / 2, DAY])
  })

  test.each<[what: string, now: readonly DriftEntry[]]>([
    ['another value', [{ ...entry, live: '9' }]],
    ['more of it', [entry, { ...entry, path: '.spec.paused' }]],
    ['nothing any more', []],
  ])('is refused where there is %s by now; the checks are made anew', async (_, now) => {
    const made = await drifted(now)
    expect(await press(made, ignore([entry]))).toMatchObject({ decision: 'refused', code: 'DRIFT_CHANGED' })
    expect(await listIgnoredDrift(made.ports())).toEqual([])
    expect(gates(made)).toHaveLength(1)
  })
})
