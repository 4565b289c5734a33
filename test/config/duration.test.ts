import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DURATION, parseDuration, printDuration } from '../../src/config/duration.ts'

test.each([
  ['10s', 10_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['0', 0],
  [0, 0],
])('%s is %d ms', (text, milliseconds) => {
  expect(String(text)).toMatch(DURATION)
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each(['10', '1d', '1.5h', '-1s', '01s', '1h30m', ' 1s', '', '0s'])('"%s" is no duration', (text) => {
  expect(text).not.toMatch(DURATION)
})

test('whole seconds are printed so that they read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), (seconds) => {
      const text = printDuration(seconds * 1000)
      expect(text).toMatch(DURATION)
      expect(parseDuration(text)).toBe(seconds * 1000)
    }),
  )
})
