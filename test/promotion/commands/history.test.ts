import { expect, test } from '@jest/globals'
import { type HistoryEntry, historyOf } from '../../../src/promotion/commands/history.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import type { Hop } from '../../../src/promotion/state/edge-state.ts'
import type { LedgerRecord } from '../../../src/promotion/state/state.ts'
import { openedPromotion, say } from '../../support/say-command.ts'

const SHA = 'a'.repeat(40)
const HASH = 'b'.repeat(64)

const record = (pullRequest: number, change: Partial<LedgerRecord> = {}): LedgerRecord => ({
  pullRequest,
  kind: 'promotion',
  application: 'checkout',
  from: 'staging',
  to: 'prod',
  planHash: HASH,
  requestedBy: 'ana',
  openedAt: `2026-11-0${pullRequest}T10:00:00Z`,
  ...change,
})
const hop: Hop = {
  environment: 'prod',
  application: 'checkout',
  from: 'staging',
  planHash: HASH,
  revision: SHA,
  upstream: HASH,
  at: '2026-11-04T10:00:00Z',
}

function told(records: LedgerRecord[], application?: string, hops: Hop[] = []): Pick<HistoryEntry, 'at' | 'became'>[] {
  const ledger = new Map(records.map((each) => [String(each.pullRequest), each]))
  const all = historyOf({ ledger, hops: new Map(hops.map((each) => [each.application, each])) }, 'prod', application)
  return all.map(({ at, became }) => ({ at: at.slice(8, 10), became }))
}

test('the newest comes first, by when it was merged, closed or opened; hops without a pull request are among them', () => {
  const merged = record(1, { merged: { sha: SHA, at: '2026-11-05T10:00:00Z' } })
  const closed = record(2, { closed: { at: '2026-11-03T10:00:00Z', planHash: HASH } })
  expect(told([merged, closed, record(6)], undefined, [hop])).toEqual([
    { at: '06', became: 'open' },
    { at: '05', became: `merged as \`${'a'.repeat(12)}\`` },
    { at: '04', became: 'done without a pull request: nothing rendered changed' },
    { at: '03', became: 'closed' },
  ])
})

test('only that environment, and only that application where one is named', () => {
  const others = [record(1), record(2, { application: 'cart' }), record(3, { to: 'staging' })]
  expect(told(others, undefined, [{ ...hop, environment: 'dev' }])).toHaveLength(2)
  expect(told(others, 'cart', [hop])).toEqual([{ at: '02', became: 'open' }])
})

test('/history tells it to readers, with who asked and who armed it', async () => {
  const made = await openedPromotion()
  await say(made, 1, 'bob', '/promote')
  await advancePromotions(made.ports())
  const said = await say(made, 1, 'eve', '/history staging')
  expect(said).toMatchObject({ code: 'HISTORY_SHOWN', reactions: ['eyes', 'rocket'] })
  expect(said.reply).toMatch(
    /\| promotion of `checkout` #1 \| `dev` \| merged as `[\da-f]{12}` \| lockstep&#91;bot&#93;, bob \|/,
  )
})

test.each([
  ['/history stagin', 'UNKNOWN_ENVIRONMENT'],
  ['/history prod chekout', 'UNKNOWN_APPLICATION'],
  ['/history prod checkout', 'HISTORY_SHOWN'],
])('%s: %s', async (body, code) => {
  expect(await say(await openedPromotion(), 1, 'ana', body)).toMatchObject({ code })
})

test('no more than thirty are shown, and where the others are', async () => {
  const made = await openedPromotion()
  const records = Array.from({ length: 32 }, (_, i) => record(i + 10, { openedAt: '2026-11-01T10:00:00Z' }))
  const files = records.map((each) => ({ path: `ledger/${each.pullRequest}.yaml`, content: JSON.stringify(each) }))
  made.git.commitOn('lockstep/state', 'Many', files)
  const { reply } = await say(made, 1, 'ana', '/history prod')
  expect(reply.match(/promotion of/g)).toHaveLength(30)
  expect(reply).toContain('2 older ones are on the branch `lockstep/state`.')
})
