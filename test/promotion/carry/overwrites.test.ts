import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule } from '../../../src/config/repository-config.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../../../src/promotion/carry/plan.ts'
import { printTrailers } from '../../../src/promotion/pulls/trailers.ts'
import type { LedgerRecord } from '../../../src/promotion/state/state.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../../support/git-repository.ts'
import { overlayYaml, shopFiles, threeEnvironments } from '../../support/overlay-repository.ts'

const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'
const PROD = 'apps/checkout/overlays/prod/kustomization.yaml'
const temporary = temporaryDirectory('lockstep-overwrites')
afterAll(() => temporary.remove())

let clone: TestRepository
let made = 0
beforeEach(() => {
  clone = createRepository(`${temporary.path}/${made++}`)
  clone.commit('start', shopFiles(['v1', 'v1', 'v1']))
})

const trailers = printTrailers({
  application: 'checkout',
  from: 'staging',
  to: 'prod',
  planHash: 'a'.repeat(64),
  requestedBy: 'ana',
  kind: 'promotion',
})
const promoted = (content: string) => clone.commit(`Promote checkout\n\n${trailers}`, { [PROD]: content })

async function plan(carry?: CarryRule[], ledger: LedgerRecord[] = []): Promise<PromotionPlan> {
  const { mirror } = await openLocalRepository(clone.path)
  const config = threeEnvironments(carry && { carry })
  const tip = clone.git('rev-parse', 'HEAD')
  const tree = await mirror.tree(tip)
  const overlays = await findOverlays(config, tree)
  const history = { mirror, tip, overlays, ledger }
  return planPromotion(await readSources(tree, overlays), {
    config,
    application: 'checkout',
    from: 'staging',
    to: 'prod',
    history,
  })
}

describe('a carried field that somebody changed in the target since the last promotion', () => {
  test('is carried, and the plan says what goes, what the last promotion had left there, and who touched the file', async () => {
    promoted(overlayYaml('checkout', 'v2'))
    clone.commit('Hotfix: pin checkout', { [PROD]: overlayYaml('checkout', 'v2-hotfix') })
    clone.commit('next', { [STAGING]: overlayYaml('checkout', 'v3') })
    const { carried, overwrites } = await plan()
    expect(carried).toMatchObject([{ before: 'v2-hotfix', after: 'v3' }])
    expect(overwrites).toEqual([
      {
        path: 'images[name=shop/checkout].newTag',
        file: PROD,
        line: 6,
        promoted: 'v2',
        found: 'v2-hotfix',
        upstream: 'changed',
        by: {
          commit: expect.stringMatching(/^[\da-f]{40}$/),
          author: expect.any(String),
          subject: 'Hotfix: pin checkout',
        },
      },
    ])
  })

  test('is told even where the source still says what the last promotion wrote', async () => {
    clone.commit('staging', { [STAGING]: overlayYaml('checkout', 'v2') })
    promoted(overlayYaml('checkout', 'v2'))
    clone.commit('Hotfix', { [PROD]: overlayYaml('checkout', 'v9') })
    expect((await plan()).overwrites).toMatchObject([{ promoted: 'v2', found: 'v9', upstream: 'same' }])
  })

  test('is told where it was added or taken away', async () => {
    const carry: CarryRule[] = [{ kind: 'path', path: 'commonLabels.tier' }]
    const labels = (text: string) => overlayYaml('checkout', 'v1', `commonLabels:\n  team: a\n${text}`)
    clone.commit('staging', { [STAGING]: labels('  tier: web\n') })
    promoted(labels(''))
    clone.commit('by hand', { [PROD]: labels('  tier: own\n') })
    expect((await plan(carry)).overwrites).toMatchObject([{ promoted: null, found: 'own' }])
    promoted(labels('  tier: old\n'))
    clone.commit('by hand', { [PROD]: labels('') })
    expect((await plan(carry)).overwrites).toMatchObject([{ promoted: 'old', found: null }])
  })

  test('of a secret is told without its values', async () => {
    const carry: CarryRule[] = [{ kind: 'path', path: 'secretGenerator[name=s].literals' }]
    const secret = (value: string) => `secretGenerator:\n- name: s\n  literals: [key=${value}]\n`
    clone.commit('staging', { [STAGING]: secret('hunter1') })
    promoted(secret('hunter2'))
    clone.commit('by hand', { [PROD]: secret('hunter3') })
    const planned = await plan(carry)
    expect(planned.overwrites).toMatchObject([{ promoted: '(secret)', found: '(secret)' }])
    expect(JSON.stringify({ ...planned, files: [] })).not.toContain('hunter')
  })
})

describe('nothing is told', () => {
  test('where the target is as the last promotion left it, and other fields were changed by hand', async () => {
    promoted(overlayYaml('checkout', 'v2'))
    clone.commit('replicas', { [PROD]: overlayYaml('checkout', 'v2', 'replicas: [{name: checkout, count: 9}]\n') })
    clone.commit('next', { [STAGING]: overlayYaml('checkout', 'v3') })
    expect(await plan()).not.toHaveProperty('overwrites')
  })

  test('before the first promotion, and where nothing is carried', async () => {
    clone.commit('by hand', { [PROD]: overlayYaml('checkout', 'v7') })
    expect(await plan()).not.toHaveProperty('overwrites')
    promoted(overlayYaml('checkout', 'v2'))
    clone.commit('by hand to the same', { [PROD]: overlayYaml('checkout', 'v1') })
    expect(await plan()).not.toHaveProperty('overwrites')
  })
})

test('the ledger tells which commit was the last promotion where no trailer does', async () => {
  const sha = clone.commit('squashed', { [PROD]: overlayYaml('checkout', 'v2') })
  clone.commit('Hotfix', { [PROD]: overlayYaml('checkout', 'v9') })
  clone.commit('next', { [STAGING]: overlayYaml('checkout', 'v3') })
  const record: LedgerRecord = {
    pullRequest: 1,
    kind: 'promotion',
    application: 'checkout',
    from: 'staging',
    to: 'prod',
    planHash: 'a'.repeat(64),
    requestedBy: 'ana',
    openedAt: '2026-11-21T12:00:00Z',
    merged: { sha, at: '2026-11-21T12:00:00Z' },
  }
  expect(await plan()).not.toHaveProperty('overwrites')
  expect((await plan(undefined, [record])).overwrites).toMatchObject([{ promoted: 'v2', found: 'v9' }])
})
