import { beforeAll, describe, expect, test } from '@jest/globals'
import { createGitHub } from '../../../src/adapters/github/create-github.ts'
import { APP_ID, PRIVATE_KEY, REPOSITORY } from '../../support/github-names.ts'
import { PromotionStory, type Trouble } from '../../support/promotion-story.ts'
import { TROUBLES } from './troubles.ts'

/** What the adapter offers and promotions do not use: who does. */
const OTHERS: Readonly<Record<string, string>> = {
  'comments.create': 'nobody: every comment has a topic',
  'checks.publish': 'previews',
  'branches.isBefore': 'new versions from CI',
  'branches.list': 'the sweep',
  'deployments.record': 'reconciling',
}
const WRITES =
  /^(?:pulls\.(?:create|update|merge|dismissReview)|comments\.(?:ensure|react)|branches\.(?:create|commit|createOrphan|delete)|queue\.add)$/
const MOST_LIVES = 20

type End = Awaited<ReturnType<PromotionStory['end']>>
let calls: readonly string[]
let expected: End
beforeAll(async () => {
  const calm = new PromotionStory()
  await calm.tell()
  calls = [...calm.calls]
  expected = await calm.end()
})

async function endOf(troubleOf: (name: string, index: number) => Trouble | undefined): Promise<End> {
  const story = new PromotionStory()
  await story.tell(troubleOf)
  return story.end()
}

/** Every method of the adapter, as `slice.method`. */
function adapterCalls(): string[] {
  const repository = createGitHub({ appId: APP_ID, privateKey: PRIVATE_KEY }).repository(REPOSITORY)
  return Object.entries(repository).flatMap(([slice, value]) => {
    if (typeof value === 'function') return [slice]
    if (slice === 'ref' || typeof value !== 'object') return []
    return Object.keys(value as object).map((name) => `${slice}.${name}`)
  })
}

test('undisturbed: one pull request an edge, merged in the order of the environments, one comment for each cause', () => {
  const branches = ['promote/staging', 'promote/prod', 'rollback/prod'].map((name) => `lockstep/${name}/checkout`)
  expect(expected).toEqual({
    merged: branches,
    pulls: [['mine', 'open', false, false], ...branches.map((branch) => [branch, 'closed', true, true])],
    tags: ['v3', 'v3', 'v1'],
    ledger: ['promotion/prod', 'promotion/staging', 'rollback/prod'].map((name) => [...name.split('/'), true, false]),
    left: [0, 0, 0],
    branches: ['lockstep/state', 'main', 'mine'],
    unanswered: [],
    repliesTooMany: 0,
    updates: 1,
    twins: 0,
  })
})

test('every call that the adapter offers is met here, or named as somebody else’s', () => {
  const known = [...new Set(calls), ...Object.keys(OTHERS)].filter((name) => name !== 'queue.add')
  expect(known.toSorted()).toEqual(adapterCalls().toSorted())
})

/** What is before a call that changes something is what is after the one before it: calls that only read leave nothing. */
test('a process killed once, after any call that changes something, leaves the same end', async () => {
  const places = calls.flatMap((name, index) => (WRITES.test(name) ? [index] : []))
  expect(places.length).toBeGreaterThan(40)
  for (const place of places) {
    const end = await endOf((_, index) => (index === place ? { when: 'after', dies: true } : undefined))
    expect({ place, call: calls[place], ...end }).toEqual({ place, call: calls[place], ...expected })
  }
}, 120_000)

describe('calls that go wrong, one a round, every call in every way', () => {
  test.each(Object.entries(TROUBLES))(
    '%s',
    async (_, trouble) => {
      const left = new Set(calls.filter((name) => trouble.applies(name)))
      for (let life = 0; left.size > 0 && life < MOST_LIVES; life++) {
        const story = new PromotionStory()
        let round = -1
        await story.tell((name) => {
          if (story.rounds === round || !left.has(name)) return undefined
          round = story.rounds
          left.delete(name)
          return trouble
        })
        expect({ life, ...(await story.end()) }).toEqual({ life, ...expected })
      }
      expect([...left]).toEqual([])
    },
    120_000,
  )
})
