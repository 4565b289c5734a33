import { describe, expect, test } from '@jest/globals'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { afterHeal, type HealHistory, healDelay, isContended } from '../../src/reconcile/heal/heal-backoff.ts'
import { HealQueue } from '../../src/reconcile/heal/heal-queue.ts'

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

describe('the queue of heals', () => {
  const drifted = (since: string): TargetStatus => ({
    target: { application: 'a', environment: 'e', cluster: 'c' },
    sync: 'OutOfSync',
    health: 'Healthy',
    drift: [{ object: 'Deployment/web', path: '.spec.replicas', desired: '2', live: '5', since }],
    problems: [],
    observedAt: since,
  })
  const fine = { ...drifted(''), drift: [] }

  test('answers once for one incident, however often it is seen', () => {
    const heals = new HealQueue()
    expect(heals.delayFor('x', drifted('1'), 0)).toBe(0)
    expect(heals.delayFor('x', drifted('1'), 100)).toBeUndefined()
    expect(heals.delayFor('x', fine, 200)).toBeUndefined()
    expect(heals.delayFor('x', drifted('2'), 300)).toBe(1_700)
    expect(heals.delayFor('y', drifted('1'), 300)).toBe(0)
  })

  test('the same value written again is a new incident', () => {
    const heals = new HealQueue()
    heals.delayFor('x', drifted('1'), 0)
    expect(heals.delayFor('x', drifted('2'), 0)).toBe(2_000)
  })
})
