import { describe, expect, test } from '@jest/globals'
import { leaseDurations } from '../../../src/reconcile/ownership/durations.ts'
import { type LeaseRecord, leaseName, parseLease, printSpec } from '../../../src/reconcile/ownership/lease-record.ts'
import { sight, takeAt } from '../../../src/reconcile/ownership/take-lease.ts'

const durations = leaseDurations(12_000)
const mine = { identity: 'me', held: 0, durations }
const record = (more: Partial<LeaseRecord> = {}): LeaseRecord => ({
  holder: 'other',
  renewTime: '2026-01-01T00:00:00.000000Z',
  durationMs: 12_000,
  transitions: 0,
  resourceVersion: '1',
  ...more,
})

describe('a cluster may be taken', () => {
  test.each<[when: string, record: LeaseRecord | undefined, held: number, at: number]>([
    ['at once where nobody ever held it', undefined, 0, 1_000],
    ['at once where it was given back', record({ holder: '' }), 0, 1_000],
    ['at once where the Lease names this very process', record({ holder: 'me' }), 0, 1_000],
    ['a lease and a grace after a renewal of another was first seen', record(), 0, 17_000],
    ['after as long as the holder said', record({ durationMs: 60_000 }), 0, 65_000],
    ['later by one that already holds two', record({ holder: '' }), 2, 1_666],
    ['but no later than two seconds, however many it holds', record({ holder: '' }), 500, 3_000],
  ])('%s', (_, seen, held, at) => {
    expect(Math.floor(takeAt(sight(undefined, seen, 1_000), { ...mine, held }))).toBe(at)
  })

  test('whatever the clock of the holder says', () => {
    const fromThePast = record({ renewTime: '1999-01-01T00:00:00.000000Z' })
    expect(takeAt(sight(undefined, fromThePast, 0), mine)).toBe(16_000)
  })
})

describe('waiting begins again', () => {
  const first = sight(undefined, record(), 0)
  test.each<[what: string, next: Partial<LeaseRecord>, since: number]>([
    ['with a renewal', { renewTime: '2026-01-01T00:00:02.000000Z' }, 5_000],
    ['with another holder', { holder: 'third', transitions: 1 }, 5_000],
    ['with one that left and came back', { transitions: 2 }, 5_000],
    ['but not with a label or an annotation', { resourceVersion: '2' }, 0],
  ])('%s', (_, next, since) => {
    expect(sight(first, record(next), 5_000).since).toBe(since)
  })
})

describe('the Lease', () => {
  const now = new Date('2026-01-01T00:00:00.120Z')
  const read = (spec: ReturnType<typeof printSpec>) => parseLease({ metadata: { resourceVersion: '7' }, spec })

  test('says who took it, when, and how often it changed hands', () => {
    const first = read(printSpec('a', 12_000, now, undefined))
    expect(first).toEqual({
      holder: 'a',
      renewTime: '2026-01-01T00:00:00.120000Z',
      durationMs: 12_000,
      transitions: 0,
      resourceVersion: '7',
    })
    expect(read(printSpec('b', 12_000, now, first))).toMatchObject({ holder: 'b', transitions: 1 })
  })

  test('keeps when it was acquired through renewals', () => {
    expect(printSpec('a', 12_000, now, record({ holder: 'a' }))).not.toHaveProperty('acquireTime')
  })

  test('is never shorter for others than for its holder', () => {
    expect(printSpec('a', 2_500, now, undefined)).toMatchObject({ leaseDurationSeconds: 3 })
  })

  test('that somebody made by hand counts as free where it names nobody, and as one without duration where it says nonsense', () => {
    expect(parseLease({})).toMatchObject({ holder: '', durationMs: 0 })
    expect(parseLease({ spec: { holderIdentity: 'x', leaseDurationSeconds: 'long' } })).toMatchObject({ durationMs: 0 })
  })

  test.each([
    ['prod-eu', 'lockstep-worker-prod-eu'],
    ['Prod_EU.1', expect.stringMatching(/^lockstep-worker-[0-9a-f]{16}$/)],
  ])('of %s has a name that an object may have', (cluster, name) => {
    expect(leaseName(cluster)).toEqual(name)
  })
})

test('a killed worker is followed within 20 seconds, and 9 out of touch cost nothing', () => {
  const { lease, grace, interval, longestHesitation, shortestWrite } = leaseDurations()
  expect(lease + grace + interval + longestHesitation).toBe(20_000)
  expect(lease - interval - shortestWrite).toBe(9_000)
})
