import { describe, expect, test } from '@jest/globals'
import { freezeAt, nextFreeze, opensAt } from '../../../src/promotion/gates/freeze-calendar.ts'

const berlin = { timezone: 'Europe/Berlin', reason: 'weekend' }
const weekend = { from: 'Fri 16:00', to: 'Mon 08:00', ...berlin }
const opens = (now: string, windows = [weekend]) =>
  freezeAt(windows, new Date(now)) && opensAt(windows, new Date(now))?.toISOString()

describe('a freeze from Friday 16:00 to Monday 08:00 in Berlin', () => {
  test.each([
    ['2026-11-20T14:59:59Z', undefined],
    ['2026-11-20T15:00:00Z', '2026-11-23T07:00:00.000Z'],
    ['2026-11-21T12:34:56Z', '2026-11-23T07:00:00.000Z'],
    ['2026-11-23T06:59:59Z', '2026-11-23T07:00:00.000Z'],
    ['2026-11-23T07:00:00Z', undefined],
    ['2026-07-17T14:00:00Z', '2026-07-20T06:00:00.000Z'],
  ])('at %s opens at %s', (now, expected) => {
    expect(opens(now)).toBe(expected)
  })

  test.each([
    ['clocks go back on that Sunday', '2026-10-24T12:00:00Z', '2026-10-26T07:00:00.000Z'],
    ['clocks go forward on that Sunday', '2027-03-27T12:00:00Z', '2027-03-29T06:00:00.000Z'],
  ])('%s', (_, now, expected) => {
    expect(opens(now)).toBe(expected)
  })
})

test('windows that adjoin are looked through', () => {
  const monday = { from: 'Mon 08:00', to: 'Mon 10:00', ...berlin }
  expect(opens('2026-11-21T12:00:00Z', [weekend, monday])).toBe('2026-11-23T09:00:00.000Z')
})

test('windows that fill the week never open', () => {
  const rest = { from: 'Mon 08:00', to: 'Fri 16:00', ...berlin }
  const now = new Date('2026-11-25T12:00:00Z')
  expect(freezeAt([weekend, rest], now)?.window).toBe(rest)
  expect(opensAt([weekend, rest], now)).toBeUndefined()
})

describe('a freeze with dates', () => {
  const holidays = { from: '2026-12-20 18:00', to: '2027-01-04 09:00', timezone: 'Europe/Berlin', reason: 'holidays' }
  test.each([
    ['2026-12-20T16:59:59Z', undefined],
    ['2026-12-20T17:00:00Z', '2027-01-04T08:00:00.000Z'],
    ['2027-01-04T07:59:59Z', '2027-01-04T08:00:00.000Z'],
    ['2027-01-04T08:00:00Z', undefined],
    ['2027-12-25T12:00:00Z', undefined],
  ])('at %s opens at %s', (now, expected) => {
    expect(opens(now, [holidays])).toBe(expected)
  })

  test('adjoins the weekends around it', () => {
    // 2027-01-04 is a Monday, and the weekend ends at 08:00.
    const early = { ...holidays, to: '2027-01-02 09:00' }
    expect(opens('2026-12-24T12:00:00Z', [early, weekend])).toBe('2027-01-04T07:00:00.000Z')
  })
})

describe('the next freeze', () => {
  test.each([
    ['2026-11-18T12:00:00Z', '2026-11-20T15:00:00.000Z'],
    ['2026-11-21T12:00:00Z', '2026-11-27T15:00:00.000Z'],
    ['2026-11-20T15:00:00Z', '2026-11-27T15:00:00.000Z'],
  ])('after %s begins at %s', (now, expected) => {
    expect(nextFreeze([weekend], new Date(now))?.begins.toISOString()).toBe(expected)
  })

  test('is none where a dated one is over', () => {
    const past = { from: '2026-01-01 00:00', to: '2026-01-02 00:00', timezone: 'UTC', reason: 'x' }
    expect(nextFreeze([past], new Date('2026-11-21T12:00:00Z'))).toBeUndefined()
  })
})
