import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseUntil, splitUntil } from '../../../src/promotion/commands/until.ts'

/** A Saturday. */
const NOW = new Date('2026-11-21T12:00:00Z')
const MINUTE = 60_000

describe('an end', () => {
  test.each([
    ['30m', '2026-11-21T12:30:00Z'],
    ['2h30m', '2026-11-21T14:30:00Z'],
    ['3D', '2026-11-24T12:00:00Z'],
    ['1w', '2026-11-28T12:00:00Z'],
    ['2026-11-21T18:00Z', '2026-11-21T18:00:00Z'],
    ['2026-11-21T18:00:30+01:00', '2026-11-21T17:00:30Z'],
    ['2026-11-21 18:00 Europe/Berlin', '2026-11-21T17:00:00Z'],
    ['2026-11-21 18:00 UTC', '2026-11-21T18:00:00Z'],
    ['Mon 08:00 Europe/Berlin', '2026-11-23T07:00:00Z'],
    ['sat 12:30 UTC', '2026-11-21T12:30:00Z'],
    // Today's is over: the next one.
    ['Sat 11:30 UTC', '2026-11-28T11:30:00Z'],
    ['Sun 00:00 Pacific/Auckland', '2026-11-28T11:00:00Z'],
  ])('%s', (text, end) => {
    expect(parseUntil(text, NOW)).toEqual(new Date(end))
  })

  test('in the hour that a clock shows twice is the later one', () => {
    const now = new Date('2026-10-24T12:00:00Z')
    expect(parseUntil('2026-10-25 02:30 Europe/Berlin', now)).toEqual(new Date('2026-10-25T01:30:00Z'))
  })

  test.each([
    'tomorrow',
    '',
    '0m',
    '2h ago',
    '2026-11-21T11:59Z',
    '2026-11-21T12:00Z',
    '2026-02-30T10:00Z',
    '2026-11-21T18:00',
    '2026-11-21 18:00 Berlin',
    '2026-11-21 18:00 Mars/Olympus',
    'Foo 08:00 UTC',
    'Mon 25:00 UTC',
    '53w',
    '2028-01-01T00:00Z',
  ])('%j is none', (text) => {
    expect(parseUntil(text, NOW)).toBeUndefined()
  })

  test('is always ahead, at most a year and a day, whatever is written', () => {
    const words = fc.constantFrom(
      '2h',
      '9999w',
      'Mon',
      '08:00',
      'UTC',
      'Europe/Berlin',
      '2026-11-21',
      '2026-11-21T18:00Z',
    )
    const written = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 4 }).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(written, (text) => {
        const ahead = (parseUntil(text, NOW)?.getTime() ?? NOW.getTime() + 1) - NOW.getTime()
        expect(ahead).toBeGreaterThan(0)
        expect(ahead).toBeLessThanOrEqual(366 * 24 * 60 * MINUTE)
      }),
    )
  })
})

describe('behind `until`', () => {
  test.each([
    ['2h errors at payment', { until: '2h', rest: ['errors', 'at', 'payment'] }],
    ['Mon 08:00 Europe/Berlin weekend', { until: 'Mon 08:00 Europe/Berlin', rest: ['weekend'] }],
    ['2026-11-21T18:00Z', { until: '2026-11-21T18:00Z', rest: [] }],
    ['the meeting', undefined],
  ])('%s', (text, split) => {
    expect(splitUntil(text.split(' '))).toEqual(split)
  })
})
