import { expect, test } from '@jest/globals'
import type { Health, TargetStatus } from '../../src/model/target-status.ts'
import { withHealthTimes } from '../../src/reconcile/report/health-times.ts'

const seen = (health: Health, minute: number): TargetStatus => ({
  target: { application: 'a', environment: 'e', cluster: 'c' },
  sync: 'Synced',
  health,
  drift: [],
  problems: [],
  observedAt: `2026-01-05T12:${String(minute).padStart(2, '0')}:00Z`,
})
const minuteOf = (time: string | undefined) => (time === undefined ? undefined : new Date(time).getUTCMinutes())

test('a target is unhealthy since it was healthy last, and on its way since something was applied last', () => {
  const story: [Health, applied: boolean][] = [
    ['Healthy', true],
    ['Progressing', true],
    ['Progressing', false],
    ['Degraded', false],
    ['Progressing', false],
    ['Progressing', true],
    ['Healthy', false],
    ['Missing', false],
    ['Unknown', false],
    ['Degraded', false],
  ]
  let before: TargetStatus | undefined
  const times = story.map(([health, applied], minute) => {
    before = withHealthTimes(seen(health, minute), before, { applied })
    return [minuteOf(before.unhealthySince), minuteOf(before.progressingSince)]
  })
  expect(times).toEqual([
    [undefined, undefined],
    [1, 1],
    [1, 1],
    [1, undefined],
    [1, 4],
    [1, 5],
    [undefined, undefined],
    [7, undefined],
    [undefined, undefined],
    [9, undefined],
  ])
})
