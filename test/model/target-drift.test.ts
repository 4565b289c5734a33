import { expect, test } from '@jest/globals'
import { knownDrift } from '../../src/model/target-drift.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { SCALED, targetStatus } from '../support/preview-world.ts'

const now = new Date('2026-11-20T14:10:00Z')
const drift = [SCALED]

test.each<[what: string, environment: string, change: Partial<TargetStatus>, count: number]>([
  ['of its environment', 'prod', {}, 1],
  ['not of another', 'dev', {}, 0],
  ['not of a target that was never applied', 'prod', { revision: undefined as never }, 0],
  ['not where everything is suspended', 'prod', { suspended: true }, 0],
  ['not when it was seen too long ago', 'prod', { observedAt: '2026-11-20T14:08:59Z' }, 0],
])('known drift is that %s', (_, environment, change, count) => {
  expect(knownDrift([targetStatus('checkout', 'prod', { drift, ...change })], environment, now)).toHaveLength(count)
})
