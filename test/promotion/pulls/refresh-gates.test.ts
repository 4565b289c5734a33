import { describe, expect, test } from '@jest/globals'
import type { EnvironmentConfig } from '../../../src/config/repository-config.ts'
import type { CheckRun } from '../../../src/model/github.ts'
import type { TargetStatus } from '../../../src/model/target-status.ts'
import { isOutdated } from '../../../src/promotion/pulls/refresh-gates.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString()
const prod = threeEnvironments().environments[2] as EnvironmentConfig
const environment = { ...prod, gates: { ...prod.gates, soakMs: 10 * 60_000 } }

function status(change: Partial<TargetStatus>): TargetStatus {
  const target = { application: 'shop', environment: 'staging', cluster: 'staging' }
  const known = { target, renderDigest: 'd1', sync: 'Synced', health: 'Healthy', observedAt: ago(0) } as const
  return { ...known, drift: [], problems: [], ...change }
}

const run = (conclusion: string, minutes: number) =>
  ({ name: 'lockstep/gate', status: 'completed', conclusion, completedAt: ago(minutes) }) as CheckRun

const facts = (change: Partial<TargetStatus>) => {
  const { target, ...rest } = status(change)
  const { drift } = environment
  const upstream = [{ target, renderDigest: 'd1', status: { target, ...rest }, drift: { ...drift, blockAfterMs: 0 } }]
  return { upstream, environment, now: NOW }
}
const drifted = { object: 'Deployment/shop', path: '.spec.replicas', desired: '1', live: '2', since: ago(1) }

describe('a gate is decided again where upstream is another than when it was posted', () => {
  test.each<[string, CheckRun, Partial<TargetStatus>, boolean]>([
    ['green, and upstream is as it was', run('success', 5), { healthySince: ago(30) }, false],
    ['green, and upstream degraded', run('success', 5), { health: 'Degraded' }, true],
    ['green, and upstream soaks anew', run('success', 5), { healthySince: ago(1) }, true],
    ['green, and upstream runs something else', run('success', 5), { healthySince: ago(30), renderDigest: 'd0' }, true],
    ['green, and nothing is known of upstream', run('success', 5), { observedAt: ago(2) }, true],
    [
      'green, and somebody changed upstream by hand',
      run('success', 5),
      { healthySince: ago(30), drift: [drifted] },
      true,
    ],
    ['shut before the soak ended', run('action_required', 21), { healthySince: ago(30) }, true],
    ['shut since, by something else', run('action_required', 19), { healthySince: ago(30) }, false],
    ['shut before upstream became healthy', run('action_required', 6), { healthySince: ago(5) }, true],
    ['shut while it is not healthy', run('action_required', 5), { health: 'Progressing' }, false],
  ])('%s', (_, gate, change, expected) => {
    expect(isOutdated(gate, facts(change))).toBe(expected)
  })
})
