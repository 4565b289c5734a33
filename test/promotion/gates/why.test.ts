import { describe, expect, test } from '@jest/globals'
import type { EnvironmentConfig, FreezeWindow } from '../../../src/config/repository-config.ts'
import type { GateReason } from '../../../src/model/gate.ts'
import { BLOCKERS, type BlockerCode } from '../../../src/promotion/gates/blockers.ts'
import { spokenStart, spokenTime } from '../../../src/promotion/gates/spoken-time.ts'
import { explain, type WhyFacts } from '../../../src/promotion/gates/why.ts'
import { whyText } from '../../../src/promotion/gates/why-text.ts'
import { REASONS } from '../../../src/promotion/reasons.ts'
import { expectGolden } from '../../support/golden.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

/** A Friday. */
const NOW = new Date('2026-11-20T10:00:00Z')
const WEEKEND: FreezeWindow = { from: 'Fri 16:00', to: 'Mon 08:00', timezone: 'Europe/Berlin', reason: 'weekend' }

function environment(change: Partial<EnvironmentConfig> = {}): EnvironmentConfig {
  return { ...(threeEnvironments().environments[2] as EnvironmentConfig), ...change }
}

const facts = (reasons: readonly GateReason[], change: Partial<WhyFacts> = {}): WhyFacts => ({
  pullRequest: 7,
  kind: 'promotion',
  application: 'checkout',
  environment: environment(),
  everywhere: [],
  now: NOW,
  reasons,
  ...change,
})

const waits = (code: BlockerCode, more: Partial<GateReason> = {}): GateReason => ({
  code,
  verdict: 'waits',
  message: REASONS[code],
  ...more,
})
const blocked = (code: BlockerCode, more: Partial<GateReason> = {}) => ({
  ...waits(code, more),
  verdict: 'blocked' as const,
})
const passed = (code: string): GateReason => ({ code, verdict: 'passed', message: 'Fine.' })

const soakUntil = (opensAt: string) =>
  waits('SOAK_WAITS', {
    message: 'Upstream has been healthy for 30 min of 6 h.',
    since: '2026-11-20T09:30:00Z',
    opensAt,
  })

describe('who can open it, and how', () => {
  const only = (reason: GateReason, change: Partial<WhyFacts> = {}) => {
    const [blocker] = explain(facts([reason], change)).blockers
    return [blocker?.who, blocker?.how]
  }

  test.each<[string, GateReason, Partial<EnvironmentConfig>, (string | undefined)[]]>([
    ['time opens by itself', soakUntil('2026-11-20T11:00:00Z'), {}, [undefined, 'Time.']],
    ['a lock: who may write', waits('LOCKED'), {}, ['anybody with write access', '/unlock prod']],
    [
      'a lock: the teams of the environment, where it has some',
      waits('LOCKED'),
      { commands: { teams: ['acme/sre', 'acme/lead'] } },
      ['members of acme/sre or acme/lead', '/unlock prod'],
    ],
    [
      'what the gate itself says comes first',
      waits('TEAM_WAITS', { who: ['acme/sre (not ana)'], unblock: 'Approve it.' }),
      { commands: { teams: ['acme/lead'] } },
      ['acme/sre (not ana)', 'Approve it.'],
    ],
    ['drift', blocked('DRIFT_BLOCKS'), {}, ['anybody with write access', '/heal prod checkout']],
    [
      'facts that are not known',
      blocked('FACTS_UNKNOWN'),
      {},
      ['whoever operates Lockstep', 'Look at the worker of that cluster.'],
    ],
    [
      'rules of the branch',
      waits('RULES_WAIT'),
      {},
      ['whom the rules of the branch name', 'Satisfy on GitHub what is named.'],
    ],
  ])('%s', (_, reason, change, expected) => {
    expect(only(reason, { environment: environment(change) })).toEqual(expected)
  })

  test('the incident stop: whoever may command in every environment', () => {
    expect(only(waits('ALL_LOCKED'), { everywhere: ['acme/sre'] })).toEqual([
      'members of acme/sre',
      '/unlock all --reason …',
    ])
  })

  test.each(Object.keys(BLOCKERS) as BlockerCode[])('%s has a way out', (code) => {
    const [who = 'by itself', how] = only(blocked(code))
    expect(who.length).toBeGreaterThan(5)
    expect(how).toMatch(/^\/[a-z]+|\.$/)
    expect(how).not.toMatch(/[{}]/)
  })
})

describe('the earliest time', () => {
  const lock = waits('LOCKED')
  const unknown = blocked('FACTS_UNKNOWN')
  const until = (opensAt: string) => waits('LOCKED', { opensAt })
  test.each<[string, readonly GateReason[], Partial<WhyFacts>, [earliest?: string, notBefore?: string]]>([
    ['nothing in the way: now', [passed('NO_LOCK')], {}, ['2026-11-20T10:00:00.000Z']],
    ['one time', [soakUntil('2026-11-20T11:00:00Z')], {}, ['2026-11-20T11:00:00.000Z', '2026-11-20T11:00:00.000Z']],
    [
      'the last of several',
      [soakUntil('2026-11-20T11:00:00Z'), until('2026-11-20T14:00:00Z')],
      {},
      ['2026-11-20T14:00:00.000Z', '2026-11-20T14:00:00.000Z'],
    ],
    [
      'unknown, where one of them is',
      [soakUntil('2026-11-20T11:00:00Z'), unknown],
      {},
      [undefined, '2026-11-20T11:00:00.000Z'],
    ],
    ['unknown, where nothing has a time', [unknown, lock], {}, [undefined, undefined]],
    ['now, where all of it is in the hands of people', [lock], {}, ['2026-11-20T10:00:00.000Z']],
    [
      'what only waits for people does not make it later',
      [lock, soakUntil('2026-11-20T11:00:00Z')],
      {},
      ['2026-11-20T11:00:00.000Z', '2026-11-20T11:00:00.000Z'],
    ],
    [
      'what ends inside a freeze goes on after it',
      [soakUntil('2026-11-20T15:30:00Z')],
      { environment: environment({ freeze: [WEEKEND] }) },
      ['2026-11-23T07:00:00.000Z', '2026-11-23T07:00:00.000Z'],
    ],
    [
      'a rollback does not wait for the calendar',
      [until('2026-11-20T15:30:00Z')],
      { kind: 'rollback', environment: environment({ freeze: [WEEKEND] }) },
      ['2026-11-20T15:30:00.000Z', '2026-11-20T15:30:00.000Z'],
    ],
  ])('%s', (_, reasons, change, [earliest, notBefore]) => {
    const found = explain(facts(reasons, change))
    expect([found.earliest?.toISOString(), found.notBefore?.toISOString()]).toEqual([earliest, notBefore])
  })

  test('is told in the zone of the calendar', () => {
    expect(explain(facts([])).zone).toBe('UTC')
    expect(explain(facts([], { environment: environment({ freeze: [WEEKEND] }) })).zone).toBe('Europe/Berlin')
  })
})

test('what has to be put right comes before what only waits', () => {
  const codes = explain(facts([waits('SOAK_WAITS'), passed('NO_LOCK'), blocked('DRIFT_BLOCKS')])).blockers
  expect(codes.map(({ code }) => code)).toEqual(['DRIFT_BLOCKS', 'SOAK_WAITS'])
})

describe('times are spoken', () => {
  test.each([
    ['2026-03-28T07:00:00Z', 'Europe/Berlin', 'Sat 2026-03-28 08:00 Europe/Berlin (UTC+01:00)'],
    ['2026-03-29T07:00:00Z', 'Europe/Berlin', 'Sun 2026-03-29 09:00 Europe/Berlin (UTC+02:00)'],
    ['2026-11-20T10:00:59Z', 'UTC', 'Fri 2026-11-20 10:00 UTC'],
    ['2026-11-20T23:00:00Z', 'Asia/Kolkata', 'Sat 2026-11-21 04:30 Asia/Kolkata (UTC+05:30)'],
  ])('%s in %s is %s', (time, zone, text) => {
    expect(spokenTime(new Date(time), zone)).toBe(text)
  })

  test('so that nobody comes a minute too early', () => {
    expect(spokenStart(new Date('2026-11-20T10:00:01Z'), 'UTC')).toBe('Fri 2026-11-20 10:01 UTC')
    expect(spokenStart(new Date('2026-11-20T10:00:00Z'), 'UTC')).toBe('Fri 2026-11-20 10:00 UTC')
  })
})

describe('the answer', () => {
  const prod = environment({ freeze: [WEEKEND], commands: { teams: ['acme/sre'] } })
  const standing = facts(
    [
      passed('UPSTREAM_HEALTHY'),
      soakUntil('2026-11-20T15:30:00Z'),
      passed('FREEZE_OPEN'),
      blocked('DRIFT_BLOCKS', {
        message: 'Deployment/checkout.spec.replicas is 8 and should be 2, written by kubectl-scale.',
        since: '2026-11-20T08:12:30Z',
        unblock: '/heal prod',
      }),
      waits('TEAM_WAITS', {
        message: 'An approval by a member of acme/sre is needed.',
        who: ['acme/sre (not ana)'],
        since: '2026-11-20T09:00:00Z',
      }),
      waits('HELD', { message: 'Held by @eve: <b>| wait', since: '2026-11-20T09:05:00Z' }),
    ],
    { environment: prod },
  )

  test('is one table for a promotion, those that stand still first', () => {
    const other = facts([passed('UPSTREAM_HEALTHY')], { pullRequest: 8, application: 'search' })
    const due = facts(
      [waits('PROMOTION_STAYS_CLOSED', { message: 'A person closed this promotion.', since: '2026-11-19T17:00:00Z' })],
      {
        pullRequest: undefined,
        application: 'cart',
      },
    )
    const only = facts([soakUntil('2026-11-20T15:30:00Z')], { pullRequest: 9, environment: prod })
    expectGolden('why.md', whyText([other, standing, due, only].map(explain)))
  })

  test('stays readable where very much stands still', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      explain({ ...standing, pullRequest: i, reasons: Array(500).fill(standing.reasons).flat() }),
    )
    expect(whyText(many).length).toBeLessThan(46_000)
    expect(whyText(many)).toMatch(/… and \d+ more: name an environment and an application\.$/)
  })
})
