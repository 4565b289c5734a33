import { describe, expect, test } from '@jest/globals'
import type { EnvironmentConfig } from '../../../src/config/repository-config.ts'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { parseTrailers } from '../../../src/promotion/pulls/trailers.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import { overlayYaml, threeEnvironments } from '../../support/overlay-repository.ts'
import { APP, Crash, PromotionWorld } from '../../support/promotion-world.ts'

const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'
const PROD = 'apps/checkout/overlays/prod/kustomization.yaml'
const BRANCH = 'lockstep/promote/staging/checkout'

/** staging may be promoted to by itself; prod waits for people and is behind. */
async function world(tags = ['v2', 'v1', 'v1'], staging: Partial<EnvironmentConfig> = {}): Promise<PromotionWorld> {
  const { environments } = threeEnvironments()
  const changed = environments.map((each) => (each.name === 'staging' ? { ...each, ...staging } : each))
  const made = new PromotionWorld(tags, { environments: changed })
  await made.settle()
  return made
}

const codes = (outcomes: readonly { code: string }[]) => outcomes.map(({ code }) => code)
const promotionsOf = (made: PromotionWorld) => made.pulls.filter(({ head }) => head.ref === BRANCH)

describe('opening', () => {
  test('a promotion opens when upstream is healthy at that render, changes the tag alone and says so in trailers', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const [pull] = made.openPulls()
    expect(made.pulls).toHaveLength(1)
    expect(pull).toMatchObject({ title: 'Promote checkout v2 from dev to staging', head: { ref: BRANCH } })
    const head = made.git.stored(pull?.head.sha ?? '')
    expect(head.files.get(STAGING)).toBe(made.git.file('main', STAGING)?.replace('v1', 'v2'))
    expect(parseTrailers(head.message)).toMatchObject({
      application: 'checkout',
      from: 'dev',
      to: 'staging',
      requestedBy: APP,
    })
    expect(pull?.body).toContain('| `images[name=shop/checkout].newTag` | `v1` | `v2` |')
    expect((await readState(made.ports())).ledger.get('1')).toMatchObject({ application: 'checkout', to: 'staging' })
  })

  test('a second round writes nothing', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const writes = made.writes.length
    await advancePromotions(made.ports())
    expect(made.writes.length).toBe(writes)
  })

  test.each([
    ['degraded', 'UPSTREAM_NOT_HEALTHY', { health: 'Degraded' as const }],
    ['at another render', 'UPSTREAM_NOT_APPLIED', { renderDigest: 'other' }],
    ['not heard of for a minute', 'FACTS_UNKNOWN', { observedAt: '2026-11-21T11:58:59Z' }],
    ['never heard of', 'FACTS_UNKNOWN', undefined],
  ])('nothing opens while upstream is %s', async (_, code, change) => {
    const made = await world()
    await made.settle(({ environment }) => (environment === 'dev' ? change : {}))
    expect(codes(await advancePromotions(made.ports()))).toContain(code)
    expect(made.pulls).toEqual([])
    expect(made.writes).toEqual([])
  })

  test('calls to GitHub do not grow with applications where nothing is to do', async () => {
    const count = async (applications: number) => {
      const made = await world(['v1', 'v1', 'v1'])
      for (let i = 0; i < applications; i++)
        made.push(
          `app ${i}`,
          Object.fromEntries(
            ['dev', 'staging', 'prod'].map((env) => [
              `apps/a${i}/overlays/${env}/kustomization.yaml`,
              overlayYaml(`a${i}`, 'v1'),
            ]),
          ),
        )
      await advancePromotions(made.ports())
      return made.calls
    }
    expect(await count(20)).toBe(await count(0))
  })

  test('a newer version updates the open pull request in place, with one more commit', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const first = made.openPulls()[0]?.head.sha ?? ''
    made.push('v3 in dev', { 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', 'v3') })
    await made.settle()
    await advancePromotions(made.ports())
    const [pull, ...others] = made.openPulls()
    expect(others).toEqual([])
    expect(pull).toMatchObject({ number: 1, title: 'Promote checkout v3 from dev to staging' })
    expect(made.git.stored(pull?.head.sha ?? '').parents).toEqual([first])
    expect(made.git.file(pull?.head.sha ?? '', STAGING)).toContain('newTag: v3')
  })

  test('commits of other applications leave an open promotion as it is', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const before = made.openPulls()[0]
    made.push('cart', { 'apps/cart/overlays/prod/kustomization.yaml': overlayYaml('cart', 'c1', 'namePrefix: x-\n') })
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.openPulls()[0]).toEqual(before)
  })

  test('a target file that moved on meanwhile is merged in, in the same pull request, so that the merge is exactly the plan', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const file = made.git.file('main', STAGING) ?? ''
    made.push('own change', { [STAGING]: `${file}namePrefix: s-\n` })
    made.push('v3 in dev', { 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', 'v3') })
    await made.settle()
    await advancePromotions(made.ports())
    const [pull, ...others] = made.openPulls()
    expect([pull?.number, others]).toEqual([1, []])
    expect(made.git.file(pull?.head.sha ?? '', STAGING)).toBe(`${file.replace('v1', 'v3')}namePrefix: s-\n`)
    const writes = made.writes.length
    await advancePromotions(made.ports())
    expect([made.openPulls().length, made.writes.length]).toEqual([1, writes])
    made.merge(1)
    expect(made.git.file('main', STAGING)).toBe(`${file.replace('v1', 'v3')}namePrefix: s-\n`)
  })

  test('one whose target file moved on stays the same pull request, even when the process dies in between', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    made.push('own change', { [STAGING]: `${made.git.file('main', STAGING)}namePrefix: s-\n` })
    await made.settle()
    made.crashAfter = 'branches.commit'
    await expect(advancePromotions(made.ports())).rejects.toThrow(Crash)
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ number: 1, head: { ref: BRANCH } }])
    expect(made.comments.filter(({ ours }) => ours)).toHaveLength(1)
  })

  test('it is closed when nothing is left to carry, and opens again when there is', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const dev = 'apps/checkout/overlays/dev/kustomization.yaml'
    made.push('back', { [dev]: overlayYaml('checkout', 'v1') })
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.openPulls()).toEqual([])
    made.push('again', { [dev]: overlayYaml('checkout', 'v2') })
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ head: { ref: BRANCH } }])
  })

  test('closed by a person it stays closed, until what it would carry changes', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    made.change(1, { state: 'closed' })
    await advancePromotions(made.ports())
    await advancePromotions(made.ports())
    expect(promotionsOf(made)).toHaveLength(1)
    made.push('v3 in dev', { 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', 'v3') })
    await made.settle()
    await advancePromotions(made.ports())
    expect(promotionsOf(made)).toHaveLength(2)
  })

  test('a commit that somebody added to the branch is left alone, and never merged', async () => {
    const made = await world(undefined, { promote: 'auto' })
    await advancePromotions(made.ports())
    made.git.commitOn(BRANCH, 'mine', [{ path: PROD, content: 'evil: true\n' }])
    made.greenGates()
    const tip = made.git.refs.get(BRANCH)
    const outcomes = await advancePromotions(made.ports())
    expect(codes(outcomes)).toContain('BRANCH_EDITED')
    expect(outcomes).toContainEqual(
      expect.objectContaining({ details: expect.objectContaining({ gate: 'PLAN_EDITED' }) }),
    )
    expect([made.git.refs.get(BRANCH), made.merges]).toEqual([tip, 0])
  })
})

describe('merging', () => {
  test('promote: auto merges once lockstep/gate is green, records it and deletes the branch', async () => {
    const made = await world(undefined, { promote: 'auto' })
    expect(codes(await advancePromotions(made.ports()))).toContain('GATE_CHECK_WAITS')
    made.greenGates()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_MERGED')
    expect(made.git.file('main', STAGING)).toContain('newTag: v2')
    const state = await readState(made.ports())
    expect(state.ledger.get('1')?.merged?.sha).toBe(made.git.refs.get('main'))
    expect(state.claims.size).toBe(0)
    expect(made.git.refs.has(BRANCH)).toBe(false)
  })

  test('a person’s own merge, squashed without trailers, is recorded all the same', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    const sha = made.merge(1, 'squashed', 'squash')
    await made.settle()
    await advancePromotions(made.ports())
    expect((await readState(made.ports())).ledger.get('1')?.merged?.sha).toBe(sha)
  })

  test.each([
    'head-moved',
    'base-moved',
    'blocked',
    'conflict',
  ] as const)('a refused merge (%s) frees the environment', async (refusal) => {
    const made = await world(undefined, { promote: 'auto' })
    await advancePromotions(made.ports())
    made.greenGates()
    made.mergeAnswer = () => ({ merged: false, refusal, message: 'no' })
    expect(codes(await advancePromotions(made.ports()))).toContain('MERGE_REFUSED')
    expect((await readState(made.ports())).claims.size).toBe(0)
  })

  test('one that stands in a merge queue keeps the environment until it is merged', async () => {
    const made = await world(undefined, { promote: 'auto' })
    await advancePromotions(made.ports())
    made.greenGates()
    made.mergeAnswer = () => ({ merged: false, refusal: 'queued', message: 'in the queue' })
    for (const _ of [1, 2]) expect(codes(await advancePromotions(made.ports()))).toContain('IN_MERGE_QUEUE')
    expect((await readState(made.ports())).claims.size).toBe(1)
    made.merge(1)
    await made.settle()
    await advancePromotions(made.ports())
    expect((await readState(made.ports())).claims.size).toBe(0)
  })

  test('branches that must be up to date are brought there one after the other, as each is merged', async () => {
    const made = await world(undefined, { promote: 'auto' })
    made.push('cart', {
      'apps/cart/overlays/dev/kustomization.yaml': overlayYaml('cart', 'v2'),
      'apps/cart/overlays/staging/kustomization.yaml': overlayYaml('cart', 'v1'),
    })
    await made.settle()
    await advancePromotions(made.ports())
    made.push('docs', { 'README.md': 'x\n' })
    await made.settle()
    const behind = { queue: 'none', obstacle: 'It is behind.', behind: true } as const
    const standing = (pull: { head: { sha: string } } | undefined) =>
      made.git.ancestors(pull?.head.sha ?? '').has(made.git.refs.get('main') ?? '')
        ? ({ queue: 'none' } as const)
        : behind
    const intoStaging = () => made.openPulls().filter(({ head }) => head.ref.startsWith('lockstep/promote/staging/'))
    const heads = () => intoStaging().map(({ head }) => head.sha)
    made.standingOf = (number) => standing(made.openPulls().find((pull) => pull.number === number))
    const rounds: number[] = []
    for (let round = 0; round < 4; round++) {
      made.greenGates()
      const before = heads()
      await advancePromotions(made.ports())
      rounds.push(heads().filter((sha) => !before.includes(sha)).length)
      await made.settle()
    }
    expect(rounds).toEqual([1, 0, 1, 0])
    expect(made.merges).toBe(2)
  })

  test('what was rolled back is not opened again by itself', async () => {
    const made = await world(undefined, { promote: 'auto' })
    await advancePromotions(made.ports())
    made.greenGates()
    await advancePromotions(made.ports())
    await made.settle()
    await handleCommand(made.ports(), made.say(1, 'ana', '/rollback staging checkout'))
    made.greenGates()
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.git.file('main', STAGING)).toContain('newTag: v1')
    await made.settle()
    expect(codes(await advancePromotions(made.ports()))).toContain('PROMOTION_ROLLED_BACK')
    expect(made.openPulls().filter(({ head }) => head.ref === BRANCH)).toEqual([])
  })
})

/** The whole life of a promotion, over and over, the process dying once at every possible place. */
describe('a process that dies anywhere', () => {
  async function play(made: PromotionWorld): Promise<void> {
    for (let round = 0; round < 6; round++) {
      await made.settle()
      made.greenGates()
      await advancePromotions(made.ports()).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
    }
  }

  test('leaves one pull request and one merge, and the same end', async () => {
    const calm = await world(undefined, { promote: 'auto' })
    await play(calm)
    const { calls } = calm
    const end = async (made: PromotionWorld) => {
      const { ledger, claims } = await readState(made.ports())
      const records = [...ledger.values()].map(({ pullRequest, to, merged }) => ({
        pullRequest,
        to,
        merged: merged !== undefined,
      }))
      const pulls = made.pulls.map(({ head, state, merged }) => ({ ref: head.ref, state, merged }))
      const file = made.git.file('main', STAGING)
      return {
        records,
        pulls,
        claims: claims.size,
        merges: made.merges,
        file,
        branches: [...made.git.refs.keys()].sort(),
      }
    }
    const expected = await end(calm)
    expect(expected).toMatchObject({ merges: 1, claims: 0 })
    expect(expected.pulls).toHaveLength(2)
    for (const when of ['before', 'after'] as const)
      for (let call = 1; call <= calls; call++) {
        const made = await world(undefined, { promote: 'auto' })
        made.crashAt = { call, when }
        await play(made)
        expect(made.calls).toBeGreaterThanOrEqual(call)
        made.crashAt = undefined
        expect({ call, when, ...(await end(made)) }).toEqual({ call, when, ...expected })
      }
  })
})
