import { describe, expect, test } from '@jest/globals'
import { afterHeal, type HealHistory, healDelay, isContended } from '../../src/reconcile/heal/heal-backoff.ts'

const MINUTE = 60_000

describe('healing the same thing again and again', () => {
  test('waits 2 s, 6 s, 18 s … five minutes, and never at first', () => {
    let history: HealHistory = []
    const waited: number[] = []
    for (let now = 0; waited.length < 8; ) {
      const delay = healDelay(history, now)
      waited.push(delay)
      now += delay
      history = afterHeal(history, now)
    }
    expect(waited).toEqual([0, 2_000, 6_000, 18_000, 54_000, 162_000, 300_000, 300_000])
  })

  test('half an hour of quiet forgets it', () => {
    const history = afterHeal(afterHeal([], 0), 2_000)
    expect(healDelay(history, 2_000 + 31 * MINUTE)).toBe(0)
    expect(afterHeal(history, 2_000 + 31 * MINUTE)).toEqual([2_000 + 31 * MINUTE])
  })

  test('put back twice in ten minutes and changed a third time is a fight', () => {
    expect(isContended([0, 1], 9 * MINUTE)).toBe(true)
    expect(isContended([0, 1], 11 * MINUTE)).toBe(false)
    expect(isContended([0], 1)).toBe(false)
  })
})
