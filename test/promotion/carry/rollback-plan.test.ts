import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts'
import { findOverlays } from '../../../src/config/layout.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import type { PromotionPlan } from '../../../src/promotion/carry/plan.ts'
import { planRollback } from '../../../src/promotion/carry/rollback-plan.ts'
import { printTrailers } from '../../../src/promotion/pulls/trailers.ts'
import type { LedgerRecord } from '../../../src/promotion/state/state.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../../support/git-repository.ts'
import { overlayYaml, shopFiles, threeEnvironments } from '../../support/overlay-repository.ts'

const PROD = 'apps/checkout/overlays/prod/kustomization.yaml'
const temporary = temporaryDirectory('lockstep-rollback')
afterAll(() => temporary.remove())

let clone: TestRepository
let made = 0
beforeEach(() => {
  clone = createRepository(`${temporary.path}/${made++}`)
  clone.commit('start', shopFiles(['v1', 'v1', 'v1']))
})

const trailers = (application: string, kind: 'promotion' | 'rollback' = 'promotion') =>
  printTrailers({ application, from: 'staging', to: 'prod', planHash: 'a'.repeat(64), requestedBy: 'ana', kind })

type Way = 'merge' | 'merge without trailers' | 'squash' | 'rebase'

/** A promotion of checkout as it reaches main in each way that GitHub has. Resolves with main's commit. */
function promote(content: string, way: Way = 'merge', kind: 'promotion' | 'rollback' = 'promotion'): string {
  const message = `Promote checkout\n\n${trailers('checkout', kind)}`
  if (way === 'squash' || way === 'rebase') return clone.commit(message, { [PROD]: content })
  clone.git('switch', '--quiet', '--create', `promote-${made++}`)
  const branch = clone.git('branch', '--show-current')
  clone.commit(message, { [PROD]: content })
  clone.git('switch', '--quiet', 'main')
  clone.git('merge', '--quiet', '--no-ff', '-m', way === 'merge' ? message : 'Merge pull request', branch)
  return clone.git('rev-parse', 'HEAD')
}

async function rollback(
  change: { to?: string; ledger?: LedgerRecord[]; application?: string } = {},
): Promise<PromotionPlan> {
  const { mirror } = await openLocalRepository(clone.path)
  const config = threeEnvironments()
  const tip = clone.git('rev-parse', 'HEAD')
  const overlays = await findOverlays(config, await mirror.tree(tip))
  return planRollback({
    mirror,
    config,
    overlays,
    tip,
    ledger: [],
    application: 'checkout',
    environment: 'prod',
    ...change,
  })
}

const refusal = (run: Promise<unknown>) =>
  run.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof LockstepError ? error.code : Promise.reject(error)),
  )

describe('a rollback restores what the promotion before last had set', () => {
  test.each<Way>(['merge', 'merge without trailers', 'squash', 'rebase'])('when promotions came by %s', async (way) => {
    const restored = promote(overlayYaml('checkout', 'v2'), way)
    promote(overlayYaml('checkout', 'v3'), way)
    const plan = await rollback()
    expect(plan).toMatchObject({ from: restored, to: 'prod', carried: [{ before: 'v3', after: 'v2', file: PROD }] })
    expect(plan.files).toEqual([{ path: PROD, content: overlayYaml('checkout', 'v2') }])
  })

  test('on the live tip: newer commits of others, and what is not carried, stay', async () => {
    promote(overlayYaml('checkout', 'v2'))
    promote(overlayYaml('checkout', 'v3'))
    const cart = 'apps/cart/overlays/prod/kustomization.yaml'
    clone.commit('cart by hand', { [cart]: overlayYaml('cart', 'c9') })
    clone.commit(`cart promoted\n\n${trailers('cart')}`, { [cart]: overlayYaml('cart', 'c10') })
    clone.commit('replicas by hand', {
      [PROD]: overlayYaml('checkout', 'v3', 'replicas:\n  - name: checkout\n    count: 9\n'),
    })
    expect((await rollback()).files).toEqual([
      { path: PROD, content: overlayYaml('checkout', 'v2', 'replicas:\n  - name: checkout\n    count: 9\n') },
    ])
  })

  test('the first promotion is taken back to what stood there before it', async () => {
    clone.commit('by hand', { [PROD]: overlayYaml('checkout', 'v1', 'namePrefix: x-\n') })
    promote(overlayYaml('checkout', 'v2', 'namePrefix: x-\n'))
    expect((await rollback()).files).toEqual([
      { path: PROD, content: overlayYaml('checkout', 'v1', 'namePrefix: x-\n') },
    ])
  })

  test('an image that the promotion added goes again', async () => {
    clone.commit('none', { [PROD]: 'resources:\n- ../../base\n' })
    promote('resources:\n- ../../base\nimages:\n- name: shop/checkout\n  newTag: v2\n')
    const plan = await rollback()
    expect(plan.files).toEqual([{ path: PROD, content: 'resources:\n- ../../base\n' }])
    expect(plan.carried).toMatchObject([{ before: 'v2', after: null }])
  })

  test('a digest and a new name that came with it go again', async () => {
    const before = 'images:\n- name: shop/checkout\n  newTag: v1\n'
    clone.commit('before', { [PROD]: before })
    promote('images:\n- name: shop/checkout\n  newName: r.io/checkout\n  digest: sha256:ab\n')
    const restored = 'images:\n- name: shop/checkout\n  newTag: v1\n'
    expect((await rollback()).files).toEqual([{ path: PROD, content: restored }])
  })
})

describe('what the commits do not tell', () => {
  const record = (sha: string, pullRequest: number): LedgerRecord => ({
    pullRequest,
    kind: 'promotion',
    application: 'checkout',
    from: 'staging',
    to: 'prod',
    planHash: 'a'.repeat(64),
    requestedBy: 'ana',
    openedAt: '2026-11-21T12:00:00Z',
    merged: { sha, at: '2026-11-21T12:00:00Z' },
  })

  test('squashed without trailers, the ledger tells', async () => {
    const first = clone.commit('squashed', { [PROD]: overlayYaml('checkout', 'v2') })
    const second = clone.commit('squashed too', { [PROD]: overlayYaml('checkout', 'v3') })
    expect(await refusal(rollback())).toBe('NO_PROMOTION_FOUND')
    expect(await rollback({ ledger: [record(first, 1), record(second, 2)] })).toMatchObject({ from: first })
  })

  test('a state can be named by pull request or commit of the default branch', async () => {
    const first = promote(overlayYaml('checkout', 'v2'))
    promote(overlayYaml('checkout', 'v3'))
    promote(overlayYaml('checkout', 'v4'))
    expect(await rollback({ to: '#1', ledger: [record(first, 1)] })).toMatchObject({
      from: first,
      carried: [{ after: 'v2' }],
    })
    expect(await rollback({ to: first.slice(0, 10) })).toMatchObject({ carried: [{ before: 'v4', after: 'v2' }] })
    clone.git('switch', '--quiet', '--create', 'other', first)
    const other = clone.commit('not on main', { [PROD]: overlayYaml('checkout', 'evil') })
    clone.git('switch', '--quiet', 'main')
    for (const to of ['#9', '0123456789', other]) expect(await refusal(rollback({ to }))).toBe('UNKNOWN_REVISION')
  })

  test('after a rollback, going further back must be said', async () => {
    promote(overlayYaml('checkout', 'v2'))
    promote(overlayYaml('checkout', 'v3'))
    promote(overlayYaml('checkout', 'v2'), 'merge', 'rollback')
    expect(await refusal(rollback())).toBe('ALREADY_ROLLED_BACK')
  })

  test('without any promotion there is nothing to go back to', async () => {
    clone.commit('by hand', { [PROD]: overlayYaml('checkout', 'v2') })
    expect(await refusal(rollback())).toBe('NO_PROMOTION_FOUND')
  })
})
