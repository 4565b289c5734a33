import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { GatePace } from '../../src/reconcile/report/gate-pace.ts'

/** When decisions are made, for changes at these times that may wait so long. */
function decisions(changes: readonly (readonly [at: number, delay?: number])[]): number[] {
  const pace = new GatePace(60_000)
  return [...new Set(changes.map(([at, delay]) => at + pace.delayFor('prod', at, delay)))]
}

describe('gates are decided again after changes of live objects', () => {
  test('at once for one', () => {
    expect(decisions([[1_000]])).toEqual([1_000])
  })
  test('once more, at the end of the minute, for ten that follow it', () => {
    const ten = Array.from({ length: 10 }, (_, i) => [1_000 + i * 5_000] as const)
    expect(decisions(ten)).toEqual([1_000, 61_000])
  })
  test('at once again after a quiet minute', () => {
    expect(decisions([[0], [10_000], [130_000]])).toEqual([0, 60_000, 130_000])
  })
  test('not before the time that a change may wait, and at once for one that may not', () => {
    expect(
      decisions([
        [0, 10_000],
        [1_000, 10_000],
      ]),
    ).toEqual([10_000])
    expect(decisions([[0, 10_000], [1_000]])).toEqual([10_000, 1_000])
  })
  test('for each environment by itself', () => {
    const pace = new GatePace(60_000)
    expect([pace.delayFor('prod', 0), pace.delayFor('dev', 5)]).toEqual([0, 0])
  })

  test('always after the last change, in time, and a minute apart', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 20_000 })))
    fc.assert(
      fc.property(gaps, (steps) => {
        let now = 0
        const pace = new GatePace(60_000)
        const made: number[] = []
        for (const [gap, delay] of steps) {
          now += gap
          const at = now + pace.delayFor('prod', now, delay)
          expect(at).toBeGreaterThanOrEqual(now)
          expect(at).toBeLessThanOrEqual(now + 60_000 + delay)
          // Asked for sooner, a decision that was still to come is moved, not added.
          if ((made.at(-1) ?? -1) > now) made.pop()
          made.push(at)
        }
        for (const [i, at] of made.entries()) if (i > 0) expect(at - (made[i - 1] ?? 0)).toBeGreaterThanOrEqual(60_000)
      }),
    )
  })
})
