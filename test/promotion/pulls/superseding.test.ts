import { describe, expect, test } from '@jest/globals'
import type { EnvironmentConfig } from '../../../src/config/repository-config.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import type { PullRequest, Review } from '../../../src/model/github.ts'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { promotionGateReasons } from '../../../src/promotion/gates/promotion-gates.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import { overlayYaml, threeEnvironments } from '../../support/overlay-repository.ts'
import { Crash, PromotionWorld } from '../../support/promotion-world.ts'

const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'
const PROD = 'apps/checkout/overlays/prod/kustomization.yaml'
const BRANCH = 'lockstep/promote/staging/checkout'

async function world(staging: Partial<EnvironmentConfig> = {}, tags = ['v2', 'v1', 'v1']): Promise<PromotionWorld> {
  const { environments } = threeEnvironments()
  const changed = environments.map((each) => (each.name === 'staging' ? { ...each, ...staging } : each))
  const made = new PromotionWorld(tags, { environments: changed })
  await made.settle()
  return made
}

async function release(made: PromotionWorld, tag: string): Promise<void> {
  made.push(`${tag} in dev`, { [DEV]: overlayYaml('checkout', tag) })
  await made.settle()
}

const codes = (outcomes: readonly { code: string }[]) => outcomes.map(({ code }) => code)
const opened = (made: PromotionWorld) => made.pulls.filter(({ head }) => head.ref === BRANCH)
/** Into staging alone: what it runs goes on to prod meanwhile. */
const openIn = (made: PromotionWorld) => made.openPulls().filter(({ head }) => head.ref === BRANCH)
const headOf = (made: PromotionWorld) => openIn(made)[0]?.head.sha ?? ''
const said = (made: PromotionWorld) => made.comments.filter(({ ours }) => ours).map(({ body }) => body)

function approve(made: PromotionWorld, login = 'bob'): void {
  const at = new Date(made.now).toISOString()
  const review: Review = {
    id: made.reviews.length + 1,
    author: { login, bot: false },
    state: 'APPROVED',
    commit: headOf(made),
    submittedAt: at,
  }
  made.reviews.push(review)
}

describe('promotions: latest', () => {
  test('twenty rapid versions make one pull request, updated in place by commits on top, and one comment', async () => {
    const made = await world()
    const heads = new Set<string>()
    for (let i = 2; i < 22; i++) {
      await release(made, `v${i}`)
      await advancePromotions(made.ports())
      heads.add(headOf(made))
    }
    expect(opened(made)).toMatchObject([
      { number: 1, state: 'open', title: 'Promote checkout v21 from dev to staging' },
    ])
    expect(heads.size).toBe(20)
    expect(made.git.file(BRANCH, STAGING)).toContain('newTag: v21')
    expect(said(made)).toHaveLength(1)
    expect(said(made)[0]).toContain('| `images[name=shop/checkout].newTag` | `v20` | `v21` |')
  })

  test('an approval is dismissed on GitHub when what is rendered becomes another, and it is said why', async () => {
    const made = await world({ gates: { ...threeEnvironments().environments[1]?.gates, approvals: 1 } as never })
    await advancePromotions(made.ports())
    approve(made)
    await release(made, 'v3')
    await advancePromotions(made.ports())
    expect(made.reviews).toMatchObject([{ state: 'DISMISSED' }])
    expect(made.dismissals[0]).toMatch(
      /^[\da-f]{12} renders checkout in staging to something else than what was approved/,
    )
    expect(said(made)[0]).toContain(
      'The approval by `bob` was dismissed: what is rendered for `staging` is not what was approved.',
    )
    // Its check was made while the ledger still had the plan before.
    expect(made.jobs).toContainEqual(expect.objectContaining({ kind: 'preview', number: 1 }))
  })

  test('an approval that GitHub does not let Lockstep dismiss counts no more, and it is said why', async () => {
    const made = await world({ gates: { ...threeEnvironments().environments[1]?.gates, approvals: 1 } as never })
    await advancePromotions(made.ports())
    approve(made)
    await release(made, 'v3')
    const problem = { code: 'GITHUB_REFUSED', message: 'Must be an administrator.', remedy: '' }
    const refuse = () => {
      throw new LockstepError(problem, { kind: 'refused' })
    }
    made.fateOf = (name) => (name === 'pulls.dismissReview' ? { instead: refuse } : undefined)
    await advancePromotions(made.ports())
    expect(made.openPulls()[0]?.title).toContain('v3')
    expect(said(made)[0]).toContain('The approval by `bob` does not count any more')
    expect(said(made)[0]).toContain('GitHub did not let Lockstep dismiss it: Must be an administrator.')
    made.greenGates()
    const [pull] = made.openPulls()
    const reasons = await promotionGateReasons(made.ports(), pull as PullRequest)
    expect(reasons).toContainEqual(expect.objectContaining({ code: 'APPROVALS_WAIT' }))
  })

  test('an approval survives an update that renders to the same, and still lets it be merged', async () => {
    const gates = { ...threeEnvironments().environments[1]?.gates, approvals: 1 } as never
    const made = await world({ gates, promote: 'auto' })
    made.rendersTo = (_, file) => file.replace(/#.*\n/g, '')
    await made.settle()
    await advancePromotions(made.ports())
    approve(made)
    const before = headOf(made)
    made.push('a comment', { [STAGING]: `${made.git.file('main', STAGING)}# why\n` })
    await made.settle()
    await advancePromotions(made.ports())
    expect(headOf(made)).not.toBe(before)
    expect(made.reviews).toMatchObject([{ state: 'APPROVED', commit: before }])
    expect(said(made)[0]).toContain('The approval by `bob` stays')
    made.greenGates()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_MERGED')
  })

  test('a process that dies between the commit and the rest dismisses and tells it all the same, once', async () => {
    for (const after of ['branches.commit', 'pulls.dismissReview', 'comments.ensure', 'pulls.update']) {
      const made = await world()
      await advancePromotions(made.ports())
      approve(made)
      await release(made, 'v3')
      made.crashAfter = after
      await expect(advancePromotions(made.ports())).rejects.toThrow(Crash)
      await advancePromotions(made.ports())
      expect({ after, reviews: made.reviews, pulls: made.pulls.length, said: said(made).length }).toMatchObject({
        after,
        reviews: [{ state: 'DISMISSED' }],
        pulls: 1,
        said: 1,
      })
      expect(made.openPulls()[0]?.title).toContain('v3')
    }
  })

  test('a base that moves under a promotion is merged in, so that what is reviewed is what will be rendered', async () => {
    const made = await world()
    made.rendersTo = (overlay, file) => `${file}${overlay.includes('staging') ? made.git.file('main', 'base.txt') : ''}`
    await made.settle()
    await advancePromotions(made.ports())
    const before = headOf(made)
    made.push('nothing of it', { 'README.md': 'x' })
    await made.settle()
    await advancePromotions(made.ports())
    expect(headOf(made)).toBe(before)
  })

  test('what GitHub makes of "Update branch" is no edit of a person', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    made.push('other', { 'README.md': 'x' })
    made.git.mergeOn(BRANCH, made.git.refs.get('main') ?? '', "Merge branch 'main'", [
      { path: STAGING, content: made.git.file(BRANCH, STAGING) ?? '' },
    ])
    await release(made, 'v3')
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_UPDATED')
    expect(made.git.file(BRANCH, STAGING)).toContain('newTag: v3')
  })

  test('a commit that a person amended is one, whatever it says about itself', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const { message } = made.git.stored(headOf(made))
    made.git.refs.set(BRANCH, made.git.refs.get('main') ?? '')
    const amended = made.git.commitOn(BRANCH, message, [{ path: STAGING, content: 'mine: 1\n' }])
    made.foreign.add(amended)
    await release(made, 'v3')
    expect(codes(await advancePromotions(made.ports()))).toContain('BRANCH_EDITED')
    expect(made.git.refs.get(BRANCH)).toBe(amended)
    expect(said(made)).toEqual([expect.stringContaining('is not by Lockstep')])
  })

  test('what a person committed to a branch whose pull request is closed stays until they delete it', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const mine = made.git.commitOn(BRANCH, 'mine', [{ path: STAGING, content: 'mine: 1\n' }])
    made.change(1, { state: 'closed' })
    await release(made, 'v3')
    expect(codes(await advancePromotions(made.ports()))).toContain('BRANCH_EDITED')
    expect([made.git.refs.get(BRANCH), made.openPulls()]).toEqual([mine, []])
    made.git.refs.delete(BRANCH)
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ title: 'Promote checkout v3 from dev to staging' }])
  })

  test('a merge that also changes something is one, and is left alone', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    made.push('other', { 'README.md': 'x' })
    made.git.mergeOn(BRANCH, made.git.refs.get('main') ?? '', "Merge branch 'main'", [
      { path: PROD, content: 'evil: 1\n' },
    ])
    await release(made, 'v3')
    expect(codes(await advancePromotions(made.ports()))).toContain('BRANCH_EDITED')
  })
})

describe('a promotion that was closed', () => {
  const recordOf = async (made: PromotionWorld) => (await readState(made.ports())).ledger.get('1')

  test('by a person, and opened again by one, is recorded and merged like any other', async () => {
    const made = await world({ promote: 'auto' })
    await advancePromotions(made.ports())
    made.change(1, { state: 'closed' })
    await advancePromotions(made.ports())
    expect(await recordOf(made)).toHaveProperty('closed')
    made.change(1, { state: 'open' })
    made.greenGates()
    expect(codes(await advancePromotions(made.ports()))).toEqual(
      expect.arrayContaining(['PROMOTION_REOPENED', 'PROMOTION_MERGED']),
    )
    expect(await recordOf(made)).toHaveProperty('merged')
    expect(await recordOf(made)).not.toHaveProperty('closed')
  })

  test('by /cancel, which GitHub has not heard of yet, is neither opened again nor merged', async () => {
    const made = await world({ promote: 'auto' })
    await advancePromotions(made.ports())
    made.greenGates()
    made.crashAfter = 'branches.commit'
    await expect(handleCommand(made.ports(), made.say(1, 'ana', '/cancel'))).rejects.toThrow(Crash)
    expect(await recordOf(made)).toMatchObject({ closed: { pending: true } })
    await advancePromotions(made.ports())
    expect(made.merges).toBe(0)
    made.change(1, { state: 'closed' })
    await advancePromotions(made.ports())
    expect((await recordOf(made))?.closed).toEqual({ at: expect.any(String), planHash: expect.any(String) })
    expect(made.openPulls()).toEqual([])
  })

  test('for want of anything to carry, by a process that died before it asked GitHub, goes on when there is again', async () => {
    const made = await world({ promote: 'auto' })
    await advancePromotions(made.ports())
    await release(made, 'v1')
    made.crashAfter = 'branches.commit'
    await expect(advancePromotions(made.ports())).rejects.toThrow(Crash)
    expect(await recordOf(made)).toMatchObject({ closed: { planHash: '', pending: true } })
    await release(made, 'v3')
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ number: 1, title: 'Promote checkout v3 from dev to staging' }])
    expect(await recordOf(made)).not.toHaveProperty('closed')
    made.greenGates()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_MERGED')
  })
})

describe('a promotion on a way that is gone', () => {
  const environments = () => threeEnvironments().environments
  test.each<[string, (made: PromotionWorld) => void, string]>([
    [
      'without its environment',
      (made) => {
        made.config = threeEnvironments({ environments: environments().slice(0, 1) })
      },
      'there is no environment staging any more',
    ],
    [
      'without its application there',
      (made) => void made.push('gone', { [STAGING]: null }),
      'checkout is not in staging any more',
    ],
    [
      'without anything before it',
      (made) => void made.push('gone', { [DEV]: null }),
      'nothing that has checkout comes before staging any more',
    ],
  ])('%s is closed with the reason, once', async (_, change, why) => {
    const made = await world()
    await advancePromotions(made.ports())
    change(made)
    if (made.config.environments.length < 3) made.push('config', { 'README.md': 'x' })
    await made.settle()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_CLOSED')
    expect(opened(made)).toMatchObject([{ state: 'closed' }])
    expect(said(made)).toEqual([expect.stringContaining(`Closed: ${why}.`)])
    await advancePromotions(made.ports())
    expect(codes(await advancePromotions(made.ports()))).not.toContain('PROMOTION_CLOSED')
  })
})

describe('promotions: every', () => {
  const every = { promotions: 'every' } as const

  test('twenty versions that upstream ran get a promotion each, in their order, one open at a time', async () => {
    const made = await world(every, ['v1', 'v1', 'v1'])
    for (let i = 2; i < 22; i++) {
      await release(made, `v${i}`)
      await advancePromotions(made.ports())
      expect(openIn(made)).toMatchObject([{ number: 1, title: 'Promote checkout v2 from dev to staging' }])
    }
    const merged: string[] = []
    for (let i = 0; i < 20; i++) {
      const [pull, ...others] = openIn(made)
      expect(others).toEqual([])
      merged.push(pull?.title ?? '')
      made.merge(pull?.number ?? 0)
      await made.settle()
      await advancePromotions(made.ports())
    }
    expect(merged).toEqual(Array.from({ length: 20 }, (_, i) => `Promote checkout v${i + 2} from dev to staging`))
    expect(openIn(made)).toEqual([])
    expect((await readState(made.ports())).versions.get('staging+checkout')?.waiting).toEqual([])
  })

  test('a later version leaves the open promotion, its plan and its gates as they are', async () => {
    const made = await world({ ...every, promote: 'auto' })
    await advancePromotions(made.ports())
    const before = openIn(made)[0]
    await release(made, 'v3')
    await advancePromotions(made.ports())
    expect(openIn(made)).toEqual([before])
    made.greenGates()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_MERGED')
    expect(made.git.file('main', STAGING)).toContain('newTag: v2')
    await made.settle()
    await advancePromotions(made.ports())
    expect(openIn(made)).toMatchObject([{ title: 'Promote checkout v3 from dev to staging' }])
  })

  test('a version that was replaced before it became healthy is none', async () => {
    const made = await world(every)
    await advancePromotions(made.ports())
    made.push('v3 in dev', { [DEV]: overlayYaml('checkout', 'v3') })
    await made.settle(({ environment }) => (environment === 'dev' ? { health: 'Degraded' } : {}))
    await advancePromotions(made.ports())
    await release(made, 'v4')
    await advancePromotions(made.ports())
    const { waiting } = (await readState(made.ports())).versions.get('staging+checkout') ?? {}
    expect(waiting).toHaveLength(2)
    made.merge(1)
    await made.settle()
    await advancePromotions(made.ports())
    expect(openIn(made)).toMatchObject([{ title: 'Promote checkout v4 from dev to staging' }])
  })

  test('one that a person closed is passed over for the next', async () => {
    const made = await world(every)
    await advancePromotions(made.ports())
    await release(made, 'v3')
    await advancePromotions(made.ports())
    made.change(1, { state: 'closed' })
    await advancePromotions(made.ports())
    expect(openIn(made)).toMatchObject([{ title: 'Promote checkout v3 from dev to staging' }])
  })

  test('a second round writes nothing, and a process that dies anywhere opens each once', async () => {
    const calm = await world(every)
    await advancePromotions(calm.ports())
    const { calls, writes } = calm
    const count = writes.length
    await advancePromotions(calm.ports())
    expect(calm.writes.length).toBe(count)
    for (const when of ['before', 'after'] as const)
      for (let call = 1; call <= calls; call++) {
        const made = await world(every)
        made.crashAt = { call, when }
        await advancePromotions(made.ports()).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error
        })
        await release(made, 'v3')
        await advancePromotions(made.ports())
        await advancePromotions(made.ports())
        const { ledger, versions } = await readState(made.ports())
        expect({ call, when, pulls: opened(made).length, ledger: ledger.size }).toEqual({
          call,
          when,
          pulls: 1,
          ledger: 1,
        })
        expect(versions.get('staging+checkout')?.waiting.length).toBeGreaterThan(0)
      }
  })
})

describe('an open rollback', () => {
  /** v2 was promoted to staging and is being rolled back to v1 on request. */
  async function rollingBack(): Promise<PromotionWorld> {
    const made = await world()
    await advancePromotions(made.ports())
    made.merge(1)
    await made.settle()
    await advancePromotions(made.ports())
    await handleCommand(made.ports(), made.say(1, 'ana', '/rollback staging checkout --reason too slow'))
    return made
  }

  const rollbackIn = (made: PromotionWorld) =>
    made.openPulls().find(({ head }) => head.ref === 'lockstep/rollback/staging/checkout')

  test('still restores the same when the fields move on, in place', async () => {
    const made = await rollingBack()
    const pull = rollbackIn(made)
    expect(pull?.title).toMatch(/^Roll back checkout in staging/)
    made.push('fix', { [STAGING]: (made.git.file('main', STAGING) ?? '').replace('v2', 'v2-fix') })
    await made.settle()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_UPDATED')
    const updated = made.openPulls().find(({ number }) => number === pull?.number)
    expect(updated?.body).toContain('| `v2-fix` | `v1` |')
    expect(updated?.body).toContain('Reason: too slow')
  })

  test('is closed with the reason once everything it restores is so already', async () => {
    const made = await rollingBack()
    const number = rollbackIn(made)?.number ?? 0
    made.push('by hand', { [STAGING]: (made.git.file('main', STAGING) ?? '').replace('v2', 'v1') })
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.pulls.find((each) => each.number === number)?.state).toBe('closed')
    expect(said(made).join('\n')).toContain('Closed: everything it restores is as it was already.')
  })
})
