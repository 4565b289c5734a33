import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FreezeWindow } from '../../../src/config/repository-config.ts'
import { freezeAt, opensAt } from '../../../src/promotion/gates/freeze-calendar.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Weekends on which clocks change, by the day of the change; halves of an hour and changes at midnight as well. */
const CHANGES: [zone: string, day: string][] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-04-05'],
  ['America/Santiago', '2026-09-06'],
  ['Asia/Kolkata', '2026-10-25'],
]

interface Minute {
  readonly at: number
  /** `2026-10-25 02:30`. */
  readonly shown: string
  readonly weekday: string
}

/** What a clock on the wall shows, minute by minute, from four days before until four days after. */
function clockOf(zone: string, day: string): Minute[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' })
  const noon = Date.parse(`${day}T12:00:00Z`)
  return Array.from({ length: (8 * 24 * HOUR) / MINUTE }, (_, i) => {
    const at = noon - 4 * 24 * HOUR + i * MINUTE
    return { at, shown: format.format(at), weekday: weekday.format(at) }
  })
}

/** By scanning: from the first minute that shows `from` (or something later) until the last that shows `to` (or the first after it). */
function scanned(clock: readonly Minute[], from: string, to: string) {
  const shows = (text: string) => clock.filter(({ shown }) => shown === text)
  const after = (text: string) => clock.find(({ shown }) => shown > text)
  const begins = (shows(from)[0] ?? after(from))?.at ?? Number.POSITIVE_INFINITY
  const ends = (shows(to).at(-1) ?? after(to))?.at ?? Number.POSITIVE_INFINITY
  return { begins, ends, isFrozen: (at: number) => at >= begins && at < ends }
}

describe.each(CHANGES)('in %s around %s', (timezone, day) => {
  const clock = clockOf(timezone, day)
  const atNoon = Date.parse(`${day}T12:00:00Z`)
  /** Minutes of a wall clock: most of them in the night of the change, the others up to a day from it. */
  const night = fc.integer({ min: -13 * 60, max: -8 * 60 })
  const wall = fc.oneof({ weight: 3, arbitrary: night }, fc.integer({ min: -24 * 60, max: 24 * 60 })).map((minutes) => {
    const [date = '', time = ''] = new Date(atNoon + minutes * MINUTE).toISOString().split('T')
    return {
      text: `${date} ${time.slice(0, 5)}`,
      week: `${DAYS[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7]} ${time.slice(0, 5)}`,
    }
  })
  /** Around each edge: at it, and up to an hour and a minute from it. */
  const LOOKS = [-61, -60, -59, -31, -1, 0, 1, 30, 59, 60, 61]

  test('weekly and dated windows close exactly the minutes that a scan of the clock finds', () => {
    fc.assert(
      fc.property(wall, wall, (one, other) => {
        fc.pre(one.text !== other.text)
        const [from, to] = one.text < other.text ? [one, other] : [other, one]
        const rest = { timezone, reason: 'x' }
        const { begins, ends, isFrozen } = scanned(clock, from.text, to.text)
        for (const at of [begins, ends].flatMap((edge) => LOOKS.map((minutes) => edge + minutes * MINUTE))) {
          const dated: FreezeWindow = { from: from.text, to: to.text, ...rest }
          const weekly: FreezeWindow = { from: from.week, to: to.week, ...rest }
          const expected = isFrozen(at)
          expect([at, freezeAt([dated], new Date(at)) !== undefined]).toEqual([at, expected])
          expect([at, freezeAt([weekly], new Date(at)) !== undefined]).toEqual([at, expected])
        }
      }),
      { numRuns: 40 },
    )
  })

  test('it opens at the first minute that a scan finds open', () => {
    fc.assert(
      fc.property(wall, wall, wall, wall, fc.integer({ min: -24 * 60, max: 24 * 60 }), (a, b, c, d, minute) => {
        const rest = { timezone, reason: 'x' }
        const window = (one: string, other: string): FreezeWindow[] =>
          one === other ? [] : [{ from: one < other ? one : other, to: one < other ? other : one, ...rest }]
        const windows = [...window(a.text, b.text), ...window(c.text, d.text)]
        const scans = windows.map(({ from, to }) => scanned(clock, from, to))
        const now = atNoon + minute * MINUTE
        const expected = clock.find(({ at }) => at >= now && !scans.some(({ isFrozen }) => isFrozen(at)))?.at
        expect(opensAt(windows, new Date(now))?.getTime()).toBe(expected)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the hour that comes twice and the one that is skipped, in Berlin', () => {
  const window = (from: string, to: string) => [{ from, to, timezone: 'Europe/Berlin', reason: 'x' }]
  const closed = (windows: FreezeWindow[], time: string) => freezeAt(windows, new Date(time)) !== undefined
  test('a freeze until 02:30 lasts until the second 02:30', () => {
    const until = window('2026-10-25 01:00', '2026-10-25 02:30')
    expect(closed(until, '2026-10-25T00:45:00Z')).toBe(true)
    expect(closed(until, '2026-10-25T01:29:00Z')).toBe(true)
    expect(closed(until, '2026-10-25T01:30:00Z')).toBe(false)
  })

  test('a freeze from 02:30 begins with the first 02:30', () => {
    const from = window('Sun 02:30', 'Sun 09:00')
    expect(closed(from, '2026-10-25T00:29:00Z')).toBe(false)
    expect(closed(from, '2026-10-25T00:30:00Z')).toBe(true)
    expect(closed(from, '2026-10-25T01:15:00Z')).toBe(true)
  })

  test('a skipped 02:30 is the moment of the jump', () => {
    expect(closed(window('2026-03-29 02:30', '2026-03-29 09:00'), '2026-03-29T01:00:00Z')).toBe(true)
    expect(closed(window('2026-03-29 02:30', '2026-03-29 09:00'), '2026-03-29T00:59:00Z')).toBe(false)
    expect(closed(window('2026-03-29 01:00', '2026-03-29 02:30'), '2026-03-29T01:00:00Z')).toBe(false)
  })
})
