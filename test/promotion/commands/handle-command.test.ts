import { describe, expect, test } from '@jest/globals'
import type { Comment } from '../../../src/model/github.ts'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { promotionGateReasons } from '../../../src/promotion/gates/promotion-gates.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { isPruneConfirmed, readState } from '../../../src/promotion/state/ledger.ts'
import { overlayYaml } from '../../support/overlay-repository.ts'
import { Crash, PromotionWorld } from '../../support/promotion-world.ts'
import { openedPromotion, say } from '../../support/say-command.ts'

const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'
const TARGET = { application: 'checkout', environment: 'staging', cluster: 'staging' }

const armed = async (made: PromotionWorld) => (await readState(made.ports())).ledger.get('1')?.armed

describe('/promote on a promotion', () => {
  test('arms it, and it merges on the next round', async () => {
    const made = await openedPromotion()
    const said = await say(made, 1, 'ana', '/promote')
    expect(said).toMatchObject({ decision: 'done', code: 'PROMOTION_ARMED', reactions: ['eyes', 'rocket'] })
    expect(made.jobs).toContainEqual({ kind: 'promotions', repository: made.ref })
    await advancePromotions(made.ports())
    expect(made.git.file('main', STAGING)).toContain('newTag: v2')
    expect(made.merges).toBe(1)
  })

  test('counts for the commit it was given on, not for a later one', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/promote')
    made.push('v3 in dev', { 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', 'v3') })
    await made.settle()
    await advancePromotions(made.ports())
    made.greenGates()
    await advancePromotions(made.ports())
    expect(made.merges).toBe(0)
  })

  test.each<[string, string, (made: PromotionWorld) => Partial<Comment> | undefined, string, string[]]>([
    ['by somebody who may only read', 'eve', () => ({}), 'NOT_PERMITTED', ['eyes', '-1']],
    ['by a stranger', 'mallory', () => ({}), 'NOT_PERMITTED', ['-1']],
    ['by a bot', 'ana[bot]', () => ({}), 'COMMENT_FROM_BOT', []],
    ['in an edited comment', 'ana', () => ({ updatedAt: '2026-11-21T12:30:00Z' }), 'COMMENT_EDITED', ['-1']],
    ['in a comment that says something else now', 'ana', () => ({ body: 'never mind' }), 'COMMENT_EDITED', ['-1']],
    ['in a comment of somebody else', 'ana', () => ({ author: { login: 'eve', bot: false } }), 'COMMENT_EDITED', []],
    [
      'on a head whose plan is not posted',
      'ana',
      (made) => void made.runs.splice(0),
      'PLAN_NOT_POSTED',
      ['eyes', '-1'],
    ],
    [
      'on a head that was swapped after the comment',
      'ana',
      (made) => {
        made.git.commitOn('lockstep/promote/staging/checkout', 'swapped', [{ path: 'x', content: 'x' }])
        made.openPulls()
        made.gate(made.pulls[0]?.head.sha ?? '', 'success', '2026-11-21T13:00:00Z')
        return undefined
      },
      'PLAN_NOT_POSTED',
      ['eyes', '-1'],
    ],
    [
      'on a closed one',
      'ana',
      (made) => void made.change(1, { state: 'closed' }),
      'PULL_REQUEST_CLOSED',
      ['eyes', '-1'],
    ],
  ])('%s does nothing', async (_, login, prepare, code, reactions) => {
    const made = await openedPromotion()
    const said = await say(made, 1, login, '/promote', prepare(made) ?? {})
    expect(said).toMatchObject({ code, reactions })
    expect(await armed(made)).toBeUndefined()
  })

  test('in a deleted comment does nothing', async () => {
    const made = await openedPromotion()
    const job = made.say(1, 'ana', '/promote')
    made.comments.pop()
    expect(await handleCommand(made.ports(), job)).toMatchObject({ code: 'COMMENT_EDITED' })
  })

  test('strangers get a reaction and no reply; readers share one reply', async () => {
    const made = await openedPromotion()
    expect((await say(made, 1, 'mallory', '/promote')).replies).toEqual([])
    await say(made, 1, 'eve', '/promote')
    expect((await say(made, 1, 'eve', '/heal prod')).replies).toHaveLength(1)
  })

  test('by the same comment again does nothing', async () => {
    const made = await openedPromotion()
    const job = made.say(1, 'ana', '/promote')
    await handleCommand(made.ports(), job)
    const writes = made.writes.length
    expect(await handleCommand(made.ports(), job)).toMatchObject({ code: 'ALREADY_HANDLED' })
    expect(made.writes.length).toBe(writes)
  })
})

describe('/promote elsewhere', () => {
  async function unopened(): Promise<PromotionWorld> {
    const made = new PromotionWorld(['v2', 'v1', 'v1'])
    await made.settle()
    made.git.refs.set('mine', made.git.refs.get('main') ?? '')
    made.git.commitOn('mine', 'mine', [{ path: 'apps/checkout/base/x.yaml', content: 'x' }])
    made.open({ head: { ref: 'mine', sha: made.git.refs.get('mine') ?? '', fork: false } })
    made.greenGates()
    return made
  }

  test('opens the promotion of what the pull request touches, in the name of who asked', async () => {
    const made = await unopened()
    expect(await say(made, 1, 'ana', '/promote staging')).toMatchObject({
      code: 'PROMOTION_OPENED',
      reactions: ['eyes', 'rocket'],
    })
    expect(made.openPulls().map(({ head }) => head.ref)).toEqual(['mine', 'lockstep/promote/staging/checkout'])
    expect((await readState(made.ports())).ledger.get('2')?.requestedBy).toBe('ana')
  })

  test.each([
    ['/promote', 'NOT_A_PROMOTION'],
    ['/promote stagin', 'UNKNOWN_ENVIRONMENT'],
    ['/promote staging chekout', 'UNKNOWN_APPLICATION'],
    ['/promote staging cart', 'NOTHING_TO_PROMOTE'],
    ['/promote dev checkout', 'FIRST_ENVIRONMENT'],
    ['/promote staging --dry-run', 'PLAN_SHOWN'],
  ])('%s: %s, and opens nothing', async (body, code) => {
    const made = await unopened()
    expect(await say(made, 1, 'ana', body)).toMatchObject({ code })
    expect(made.pulls).toHaveLength(1)
  })

  test('is refused with what would help while upstream is not healthy', async () => {
    const made = await unopened()
    await made.settle(({ environment }) => (environment === 'dev' ? { health: 'Degraded' } : {}))
    const said = await say(made, 1, 'ana', '/promote staging checkout')
    expect(said).toMatchObject({ code: 'UPSTREAM_NOT_HEALTHY', decision: 'refused', reactions: ['eyes', '-1'] })
    expect(said.reply).toContain('Degraded')
  })

  test('opens again what a person had closed', async () => {
    const made = await openedPromotion()
    made.change(1, { state: 'closed' })
    await advancePromotions(made.ports())
    expect(await say(made, 1, 'ana', '/promote staging checkout')).toMatchObject({ code: 'PROMOTION_OPENED' })
    expect(made.openPulls()).toHaveLength(1)
  })
})

describe('holds and locks', () => {
  test.each([
    ['/hold wait for ana', '/unhold', 'HELD'],
    ['/lock staging', '/unlock staging', 'LOCKED'],
    ['/lock all until 2h incident', '/unlock all --reason over', 'ALL_LOCKED'],
  ])('%s keeps an armed promotion from merging until %s', async (shut, open, code) => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', `/promote\n${shut}`)
    await advancePromotions(made.ports())
    expect(made.merges).toBe(0)
    const reasons = await promotionGateReasons(made.ports(), made.openPulls()[0] as never)
    expect(reasons).toContainEqual(
      expect.objectContaining({ code, verdict: 'waits', unblock: open.replace(/--reason.*/, '--reason …') }),
    )
    await say(made, 1, 'bob', open)
    await advancePromotions(made.ports())
    expect(made.merges).toBe(1)
  })

  test('a lock that comes between the gates and the claim wins', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/promote')
    const ports = made.ports()
    const { checks } = ports.repository
    const list = checks.list.bind(checks)
    const locking = {
      ...checks,
      list: async (sha: string) => {
        await handleCommand(made.ports(), made.say(1, 'bob', '/lock staging'))
        return list(sha)
      },
    }
    await advancePromotions({ ...ports, repository: { ...ports.repository, checks: locking } })
    expect(made.merges).toBe(0)
  })

  test('a lock that meets a claim says that one merge is in flight', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/promote')
    made.mergeAnswer = () => {
      throw new Crash('merge')
    }
    await expect(advancePromotions(made.ports())).rejects.toThrow(Crash)
    expect((await say(made, 1, 'bob', '/lock staging')).reply).toContain('One merge in flight')
  })

  test.each([
    ['/lock nowhere', 'UNKNOWN_ENVIRONMENT'],
    ['/lock prod until tomorrow', 'COMMAND_USAGE'],
    ['/lock prod until 2020-01-01T00:00Z', 'COMMAND_USAGE'],
    ['/unlock prod', 'NOT_LOCKED'],
    ['/unhold', 'NOT_HELD'],
  ])('%s: %s', async (body, code) => {
    expect(await say(await openedPromotion(), 1, 'ana', body)).toMatchObject({ code })
  })
})

describe('the other commands', () => {
  test('/heal asks for every target of the environment, or for one application', async () => {
    const made = await openedPromotion()
    made.jobs.splice(0)
    await say(made, 1, 'ana', '/heal staging')
    await say(made, 1, 'ana', '/heal staging checkout')
    const target = (application: string) => ({
      kind: 'reconcile',
      repository: made.ref,
      target: { ...TARGET, application },
      heal: true,
    })
    expect(made.jobs).toEqual([target('cart'), target('checkout'), target('checkout')])
  })

  test('/confirm-prune holds for exactly one commit', async () => {
    const made = await openedPromotion()
    const revision = made.git.refs.get('main') ?? ''
    expect(await isPruneConfirmed(made.ports(), TARGET, revision)).toBe(false)
    expect(await say(made, 1, 'ana', `/confirm-prune ${revision.slice(0, 12)}`)).toMatchObject({
      code: 'PRUNE_CONFIRMED',
    })
    expect(await isPruneConfirmed(made.ports(), TARGET, revision)).toBe(true)
    expect(await isPruneConfirmed(made.ports(), TARGET, made.push('next', { x: 'y' }))).toBe(false)
    expect(await say(made, 1, 'ana', '/confirm-prune 0123456789')).toMatchObject({ code: 'UNKNOWN_REVISION' })
    made.git.refs.set('mine', revision)
    const elsewhere = made.git.commitOn('mine', 'mine', [{ path: 'x', content: 'x' }])
    expect(await say(made, 1, 'ana', `/confirm-prune ${elsewhere}`)).toMatchObject({ code: 'UNKNOWN_REVISION' })
    expect(await isPruneConfirmed(made.ports(), TARGET, elsewhere)).toBe(false)
  })

  test('/cancel closes the promotion for good', async () => {
    const made = await openedPromotion()
    expect(await say(made, 1, 'ana', '/cancel')).toMatchObject({ code: 'CANCELLED' })
    await advancePromotions(made.ports())
    expect(made.openPulls()).toEqual([])
    made.open()
    expect(await say(made, 2, 'ana', '/cancel')).toMatchObject({ code: 'NOT_A_PROMOTION' })
  })

  test('/why tells what stands in the way and what opens it, to readers too', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/hold')
    const said = await say(made, 1, 'eve', '/why')
    expect(said.reactions).toEqual(['eyes', 'rocket'])
    expect(said.reply).toContain(
      '`HELD` Held by ana. | Sat 2026-11-21 12:00 UTC | anybody with write access | `/unhold`',
    )
    for (const text of ['UPSTREAM_HEALTHY', 'PLAN_BOUND']) expect(said.reply).toContain(text)
    expect((await say(made, 1, 'ana', '/why prod')).reply).toContain('No promotion is open')
  })

  test('/plan asks for the preview again', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/plan')
    expect(made.jobs).toContainEqual(expect.objectContaining({ kind: 'preview', repository: made.ref, number: 1 }))
  })

  test.each([
    ['/help', 'HELP_SHOWN', 'rocket', '/promote \\[env\\]|/promote'],
    ['/promot', 'COMMAND_UNKNOWN', 'confused', '/promote'],
    ['/lock', 'COMMAND_USAGE', 'confused', '/lock'],
    ['/adopt prod', 'COMMAND_NOT_AVAILABLE', 'confused', 'not available yet'],
    ['/help\n'.repeat(6), 'COMMAND_TOO_MANY', 'confused', 'five'],
  ])('%j: %s', async (body, code, reaction, text) => {
    const said = await say(await openedPromotion(), 1, 'ana', body)
    expect(said).toMatchObject({ code, reactions: ['eyes', reaction] })
    expect(said.reply).toMatch(new RegExp(text))
  })

  test('comments without commands, and other tools’ commands, are left alone', async () => {
    const made = await openedPromotion()
    const calls = made.calls
    for (const body of ['thanks', '/lgtm', '> /promote'])
      expect(await say(made, 1, 'ana', body)).toMatchObject({ code: 'NO_COMMAND', reactions: [] })
    expect(made.calls).toBe(calls)
  })

  test('what other people wrote stays inert in replies', async () => {
    const made = await openedPromotion()
    await say(made, 1, 'ana', '/hold @acme/all <img src=x> [a](http://b) #1')
    const { reply } = await say(made, 1, 'ana', '/why')
    expect(reply).not.toMatch(/@acme|<img|\[a\]\(/)
  })

  test('without configuration every command says so', async () => {
    const made = await openedPromotion()
    const ports = { ...made.ports(), loadConfig: async () => undefined }
    const job = made.say(1, 'ana', '/heal prod')
    expect(await handleCommand(ports, job)).toMatchObject({ code: 'NOT_CONFIGURED' })
  })
})

test('a command whose process dies anywhere is finished by the next one, once', async () => {
  const run = async (crash?: { call: number; when: 'before' | 'after' }) => {
    const made = await openedPromotion()
    made.merge(1)
    await made.settle()
    await advancePromotions(made.ports())
    const job = made.say(1, 'ana', '/rollback staging checkout')
    made.calls = 0
    made.crashAt = crash
    for (let i = 0; i < 3; i++)
      await handleCommand(made.ports(), job).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
    const calls = made.calls
    made.crashAt = undefined
    const replies = made.comments.filter(({ ours }) => ours).length
    const rollbacks = made.pulls.filter(({ head }) => head.ref.startsWith('lockstep/rollback/')).length
    const { ledger } = await readState(made.ports())
    return { calls, end: { replies, rollbacks, records: ledger.size, reactions: made.reactions.get(job.comment.id) } }
  }
  const calm = await run()
  expect(calm.end).toMatchObject({ replies: 1, rollbacks: 1, reactions: ['eyes', 'rocket'] })
  for (const when of ['before', 'after'] as const)
    for (let call = 1; call <= calm.calls; call++)
      expect({ call, when, ...(await run({ call, when })).end }).toEqual({ call, when, ...calm.end })
})

test('a rollback whose process dies, and that is merged before the command is taken up again, is not rolled back again', async () => {
  const made = await openedPromotion()
  made.merge(1)
  await made.settle()
  await advancePromotions(made.ports())
  const job = made.say(1, 'ana', '/rollback staging checkout')
  made.crashAfter = 'comments.ensure'
  await expect(handleCommand(made.ports(), job)).rejects.toThrow(Crash)
  made.greenGates()
  await advancePromotions(made.ports())
  expect(await handleCommand(made.ports(), job)).toMatchObject({ code: 'ROLLBACK_OPENED' })
  expect(made.git.file('main', STAGING)).toContain('newTag: v1')
  expect(made.pulls.filter(({ head }) => head.ref.startsWith('lockstep/rollback/'))).toHaveLength(1)
})
