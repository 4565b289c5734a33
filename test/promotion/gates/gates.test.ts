import { describe, expect, test } from '@jest/globals'
import type { EnvironmentConfig } from '../../../src/config/repository-config.ts'
import type { Review } from '../../../src/model/github.ts'
import type { DriftEntry, TargetStatus } from '../../../src/model/target-status.ts'
import { decideGates, type GateFacts } from '../../../src/promotion/gates/gates.ts'
import { parseState, type StateEntry, writeEntry } from '../../../src/promotion/state/state.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString()
const HEAD = 'a'.repeat(40)

function status(environment: string, change: Partial<TargetStatus> = {}): TargetStatus {
  return {
    target: { application: 'shop', environment, cluster: environment },
    renderDigest: 'd1',
    sync: 'Synced',
    health: 'Healthy',
    healthySince: ago(3600),
    drift: [],
    problems: [],
    observedAt: ago(60),
    ...change,
  }
}

const upstream = (environment: string, change?: Partial<TargetStatus>) => {
  const { target, ...rest } = status(environment, change)
  return { target, renderDigest: 'd1' as string | undefined, status: { target, ...rest } as TargetStatus | undefined }
}

function environment(change: Partial<EnvironmentConfig> = {}): EnvironmentConfig {
  return { ...(threeEnvironments().environments[2] as EnvironmentConfig), ...change }
}

const state = (...entries: StateEntry[]) =>
  parseState(new Map(entries.map(writeEntry).map(({ path, content }) => [path, content ?? ''])))

function facts(change: Partial<GateFacts> = {}): GateFacts {
  return {
    now: NOW,
    kind: 'promotion',
    application: 'shop',
    environment: environment(),
    pullRequest: 7,
    headSha: HEAD,
    upstream: [upstream('staging')],
    reviews: [],
    reviewers: new Set(['bob', 'cyd']),
    teams: new Map(),
    state: state(),
    targets: [{ target: status('prod').target, status: status('prod') }],
    hideLive: false,
    plan: { posted: 'p1', recomputed: 'p1', exact: true },
    ...change,
  }
}

const open = (change?: Partial<GateFacts>) =>
  decideGates(facts(change))
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ code, verdict }) => `${code} ${verdict}`)

test('with everything as it should be, every gate passes and says for what', () => {
  const reasons = decideGates(facts())
  expect(open()).toEqual([])
  expect(reasons.map(({ code }) => code)).toEqual([
    'UPSTREAM_HEALTHY',
    'SOAK_PASSED',
    'FREEZE_OPEN',
    'DRIFT_NONE',
    'APPROVALS_PASSED',
    'NO_HOLD',
    'NO_LOCK',
    'PLAN_BOUND',
  ])
  expect(reasons.every((reason) => reason.environment === 'prod' && reason.application === 'shop')).toBe(true)
})

describe('upstream', () => {
  test.each<[string, Partial<GateFacts>, string[]]>([
    ['facts of 61 s ago', { upstream: [upstream('staging', { observedAt: ago(61) })] }, ['FACTS_UNKNOWN blocked']],
    ['no facts', { upstream: [{ ...upstream('staging'), status: undefined }] }, ['FACTS_UNKNOWN blocked']],
    ['no target', { upstream: [] }, ['FACTS_UNKNOWN blocked']],
    ['another render', { upstream: [upstream('staging', { renderDigest: 'd0' })] }, ['UPSTREAM_NOT_APPLIED waits']],
    [
      'a render that fails',
      { upstream: [{ ...upstream('staging'), renderDigest: undefined }] },
      ['UPSTREAM_NOT_APPLIED waits'],
    ],
    ['progressing', { upstream: [upstream('staging', { health: 'Progressing' })] }, ['UPSTREAM_NOT_HEALTHY waits']],
    [
      'one of two clusters degraded',
      { upstream: [upstream('staging'), upstream('staging', { health: 'Degraded' })] },
      ['UPSTREAM_NOT_HEALTHY waits'],
    ],
  ])('%s', (_, change, expected) => {
    expect(open(change)).toEqual(expected)
  })

  const three = [upstream('a'), upstream('b', { health: 'Degraded' }), upstream('c')]
  test.each<[string, EnvironmentConfig['after'], string[]]>([
    ['all of three', { all: ['a', 'b', 'c'] }, ['UPSTREAM_NOT_HEALTHY waits']],
    ['any of three', { any: ['a', 'b', 'c'] }, []],
    ['two of three', { atLeast: 2, of: ['a', 'b', 'c'] }, []],
    ['three of three', { atLeast: 3, of: ['a', 'b', 'c'] }, ['UPSTREAM_NOT_HEALTHY waits']],
  ])('one of three is degraded: %s', (_, after, expected) => {
    expect(open({ upstream: three, environment: environment({ after }) })).toEqual(expected)
  })
})

describe('soak', () => {
  const soaking = (seconds: number, soakMs = 600_000) =>
    decideGates(
      facts({
        environment: environment({ gates: { soakMs, approvals: 0, teams: [] } }),
        upstream: [upstream('staging', { healthySince: ago(seconds) })],
      }),
    ).find(({ code }) => code.startsWith('SOAK'))

  test('opens exactly when upstream has been healthy for as long as it must', () => {
    expect(soaking(600)).toMatchObject({ code: 'SOAK_PASSED' })
    expect(soaking(599)).toMatchObject({ code: 'SOAK_WAITS', opensAt: new Date(NOW.getTime() + 1000).toISOString() })
  })

  test('health without a beginning never soaks', () => {
    const broken = [upstream('staging', { healthySince: 'soon' })]
    expect(
      open({ upstream: broken, environment: environment({ gates: { soakMs: 1, approvals: 0, teams: [] } }) }),
    ).toEqual(['SOAK_WAITS waits'])
  })
})

describe('approvals', () => {
  const review = (login: string, state: Review['state'], change: Partial<Review> = {}): Review => ({
    author: { login, bot: login.endsWith('[bot]') },
    state,
    commit: HEAD,
    submittedAt: ago(100),
    ...change,
  })
  const gates = { soakMs: 0, approvals: 1, teams: [] }
  test.each<[string, Review[], string[]]>([
    ['none', [], ['APPROVALS_WAIT waits']],
    ['one', [review('bob', 'APPROVED')], []],
    ['of an older commit', [review('bob', 'APPROVED', { commit: 'b'.repeat(40) })], ['APPROVALS_WAIT waits']],
    ['by somebody who may not write, or who asked for it', [review('eve', 'APPROVED')], ['APPROVALS_WAIT waits']],
    ['by a bot', [review('bob[bot]', 'APPROVED')], ['APPROVALS_WAIT waits']],
    [
      'taken back',
      [review('bob', 'APPROVED'), review('bob', 'DISMISSED', { submittedAt: ago(50) })],
      ['APPROVALS_WAIT waits'],
    ],
    ['followed by a comment', [review('bob', 'APPROVED'), review('bob', 'COMMENTED', { submittedAt: ago(50) })], []],
    [
      'while another asks for changes',
      [review('bob', 'APPROVED'), review('cyd', 'CHANGES_REQUESTED')],
      ['CHANGES_REQUESTED waits'],
    ],
    [
      'after asking for changes',
      [review('bob', 'APPROVED', { submittedAt: ago(1) }), review('bob', 'CHANGES_REQUESTED')],
      [],
    ],
  ])('%s', (_, reviews, expected) => {
    expect(open({ reviews, environment: environment({ gates }) })).toEqual(expected)
    expect(open({ kind: 'rollback', reviews, environment: environment({ gates }) })).toEqual(expected)
  })

  test('one must come from each team', () => {
    const teams = new Map([['acme/sre', new Set(['cyd'])]])
    const config = environment({ gates: { soakMs: 0, approvals: 1, teams: ['acme/sre'] } })
    expect(open({ teams, environment: config, reviews: [review('bob', 'APPROVED')] })).toEqual(['TEAM_WAITS waits'])
    expect(open({ teams, environment: config, reviews: [review('cyd', 'APPROVED')] })).toEqual([])
  })
})

describe('holds, locks, freezes and the state', () => {
  const lock = (name: string, until?: string): StateEntry => ({
    kind: 'locks',
    item: { environment: name, by: 'bob', at: ago(9), ...(until && { until }) },
  })
  const hold = (pullRequest: number): StateEntry => ({
    kind: 'holds',
    item: { pullRequest, by: 'bob', at: ago(9), reason: 'wait' },
  })
  const frozen = { from: 'Sat 00:00', to: 'Sun 00:00', timezone: 'UTC', reason: 'quiet' }
  test.each<[string, Partial<GateFacts>, string[]]>([
    ['held', { state: state(hold(7)) }, ['HELD waits']],
    ['another one held', { state: state(hold(8)) }, []],
    ['locked', { state: state(lock('prod')) }, ['LOCKED waits']],
    ['all locked', { state: state(lock('all')) }, ['LOCKED waits']],
    ['another one locked', { state: state(lock('staging')) }, []],
    ['locked until now', { state: state(lock('prod', NOW.toISOString())) }, []],
    ['locked until later', { state: state(lock('prod', ago(-1))) }, ['LOCKED waits']],
    ['unreadable', { state: undefined }, ['STATE_UNKNOWN blocked']],
    ['frozen', { environment: environment({ freeze: [frozen] }) }, ['FROZEN waits']],
  ])('%s', (_, change, expected) => {
    expect(open(change)).toEqual(expected)
  })
})

describe('drift', () => {
  const entry = (change: Partial<DriftEntry> = {}): DriftEntry => ({
    object: 'Deployment/shop',
    path: '.spec.replicas',
    desired: '3',
    live: '9',
    manager: 'kubectl',
    since: ago(11),
    ...change,
  })
  const with_ = (drift: DriftEntry[], rules: Partial<EnvironmentConfig['drift']> = {}) => ({
    environment: environment({
      drift: { policy: 'heal' as const, pullRequests: 'block' as const, blockAfterMs: 10_000, ...rules },
    }),
    targets: [{ target: status('prod').target, status: status('prod', { drift }) }],
  })
  test.each<[string, Partial<GateFacts>, string[]]>([
    ['older than it may be', with_([entry()]), ['DRIFT_BLOCKS blocked']],
    ['young', with_([entry({ since: ago(10) })]), []],
    ['young and contended', with_([entry({ since: ago(1), contended: true })]), ['DRIFT_BLOCKS blocked']],
    ['young, under report', with_([entry({ since: ago(1) })], { policy: 'report' }), ['DRIFT_BLOCKS blocked']],
    ['only warned of', with_([entry()], { pullRequests: 'warn' }), []],
    ['unknown', { targets: [{ target: status('prod').target, status: undefined }] }, ['FACTS_UNKNOWN blocked']],
  ])('%s', (_, change, expected) => {
    expect(open(change)).toEqual(expected)
  })

  test('names the field, both values and the writer, but nothing live in public', () => {
    const told = (hideLive: boolean) =>
      decideGates(facts({ ...with_([entry()]), hideLive })).find(({ code }) => code === 'DRIFT_BLOCKS')
    expect(told(false)).toMatchObject({
      message: 'Deployment/shop.spec.replicas is 9 and should be 3, written by kubectl.',
      unblock: '/heal prod',
    })
    expect(told(true)?.message).not.toMatch(/9|kubectl/)
  })
})

describe('the plan', () => {
  test.each<[string, GateFacts['plan'], string[]]>([
    ['changed since', { posted: 'p1', recomputed: 'p2', exact: true }, ['PLAN_STALE waits']],
    ['cannot be made any more', { posted: 'p1', recomputed: undefined, exact: false }, ['PLAN_STALE waits']],
    ['never posted', { posted: undefined, recomputed: undefined, exact: false }, ['PLAN_STALE waits']],
    ['more than the plan on the branch', { posted: 'p1', recomputed: 'p1', exact: false }, ['PLAN_EDITED blocked']],
  ])('%s', (_, plan, expected) => {
    expect(open({ plan })).toEqual(expected)
  })
})

test('a rollback waits for people, locks and its own plan, and for nothing else', () => {
  const change = {
    kind: 'rollback' as const,
    upstream: [],
    environment: environment({
      freeze: [{ from: 'Sat 00:00', to: 'Sun 00:00', timezone: 'UTC', reason: 'x' }],
      gates: { soakMs: 1e9, approvals: 1, teams: [] },
    }),
    targets: [],
  }
  expect(open(change)).toEqual(['APPROVALS_WAIT waits'])
})
