import { describe, expect, test } from '@jest/globals'
import type { EnvironmentConfig, GateConfig, MetricConfig } from '../../../src/config/repository-config.ts'
import type { Review } from '../../../src/model/github.ts'
import type { Measurement } from '../../../src/model/monitoring.ts'
import type { DriftEntry, TargetStatus } from '../../../src/model/target-status.ts'
import type { ApprovalFacts, GateFacts, PlanFacts } from '../../../src/promotion/gates/facts.ts'
import { decideGates } from '../../../src/promotion/gates/gates.ts'
import { type LedgerRecord, parseState, type StateEntry, writeEntry } from '../../../src/promotion/state/state.ts'
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

const approval = (change: Partial<ApprovalFacts> = {}): ApprovalFacts => ({
  reviews: [],
  reviewers: new Set(['bob', 'cyd']),
  excluded: ['ana'],
  teams: new Map(),
  ...change,
})

const plan = (change: Partial<PlanFacts> = {}): PlanFacts => ({
  posted: 'p1',
  recomputed: 'p1',
  exact: true,
  moved: [],
  because: [],
  carried: [{ path: 'images[name=shop].newTag', after: 'v2' }],
  ...change,
})

const METRIC: MetricConfig = { name: 'm', expect: '< 1', query: { kind: 'json', url: 'u', path: 'p' } }

const gates = (change: Partial<GateConfig> = {}) => ({
  environment: environment({
    gates: { soakMs: 0, approvals: 0, teams: [], fourEyes: true, checks: [], metrics: [], ...change },
  }),
})

function facts(change: Partial<GateFacts> = {}): GateFacts {
  return {
    now: NOW,
    kind: 'promotion',
    application: 'shop',
    environment: environment(),
    pullRequest: 7,
    headSha: HEAD,
    upstream: [upstream('staging')],
    approval: approval(),
    checks: [],
    metrics: new Map(),
    state: state(),
    targets: [{ target: status('prod').target, status: status('prod') }],
    hideLive: false,
    plan: plan(),
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
    'NOT_QUARANTINED',
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

  test('is not healthy since its worker saw so', () => {
    const since = '2026-01-05T11:00:00.000Z'
    const degraded = upstream('staging', { health: 'Degraded', unhealthySince: since })
    const [reason] = decideGates(facts({ upstream: [degraded] })).filter(({ verdict }) => verdict !== 'passed')
    expect(reason).toMatchObject({ code: 'UPSTREAM_NOT_HEALTHY', since })
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
        ...gates({ soakMs }),
        upstream: [upstream('staging', { healthySince: ago(seconds) })],
      }),
    ).find(({ code }) => code.startsWith('SOAK'))

  test('opens exactly when upstream has been healthy for as long as it must', () => {
    expect(soaking(600)).toMatchObject({ code: 'SOAK_PASSED' })
    expect(soaking(599)).toMatchObject({ code: 'SOAK_WAITS', opensAt: new Date(NOW.getTime() + 1000).toISOString() })
  })

  test('health without a beginning never soaks', () => {
    const broken = [upstream('staging', { healthySince: 'soon' })]
    expect(open({ upstream: broken, ...gates({ soakMs: 1 }) })).toEqual(['SOAK_WAITS waits'])
  })
})

describe('approvals', () => {
  const review = (login: string, state: Review['state'], change: Partial<Review> = {}): Review => ({
    id: 1,
    author: { login, bot: login.endsWith('[bot]') },
    state,
    commit: HEAD,
    submittedAt: ago(100),
    ...change,
  })
  const older = { commit: 'b'.repeat(40) }
  test.each<[string, Review[], string[]]>([
    ['none', [], ['APPROVALS_WAIT waits']],
    ['one', [review('bob', 'APPROVED')], []],
    ['of an older commit', [review('bob', 'APPROVED', older)], ['APPROVALS_WAIT waits']],
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
      'while another asked for changes of an older commit',
      [review('bob', 'APPROVED'), review('cyd', 'CHANGES_REQUESTED', older)],
      ['CHANGES_REQUESTED waits'],
    ],
    [
      'after asking for changes',
      [review('bob', 'APPROVED', { submittedAt: ago(1) }), review('bob', 'CHANGES_REQUESTED')],
      [],
    ],
  ])('%s', (_, reviews, expected) => {
    const change = { approval: approval({ reviews }), ...gates({ approvals: 1 }) }
    expect(open(change)).toEqual(expected)
    expect(open({ kind: 'rollback', ...change })).toEqual(expected)
  })

  test('one must come from each team', () => {
    const teams = new Map([['acme/sre', new Set(['cyd'])]])
    const of = (login: string) => ({
      approval: approval({ teams, reviews: [review(login, 'APPROVED')] }),
      ...gates({ approvals: 1, teams: ['acme/sre'] }),
    })
    expect(open(of('bob'))).toEqual(['TEAM_WAITS waits'])
    expect(open(of('cyd'))).toEqual([])
  })

  test('says who can give them, and whose do not count', () => {
    const change = {
      ...gates({ approvals: 2, teams: ['acme/sre'] }),
      approval: approval({ teams: new Map([['acme/sre', new Set()]]) }),
    }
    const asked = decideGates(facts(change)).filter(({ verdict }) => verdict === 'waits')
    expect(asked.map(({ code, who }) => [code, who])).toEqual([
      ['APPROVALS_WAIT', ['anybody with write access but ana']],
      ['TEAM_WAITS', ['acme/sre (not ana)']],
    ])
  })
})

describe('required checks', () => {
  const check = (conclusion?: string, name = 'ci') => ({ name, ...(conclusion && { conclusion }) })
  test.each<[string, GateFacts['checks'], string[]]>([
    ['green', [check('success'), check('failure', 'another')], []],
    ['not there', [check('success', 'another')], ['CHECK_MISSING waits']],
    ['running', [check()], ['CHECK_RUNNING waits']],
    ['red', [check('failure')], ['CHECK_FAILED blocked']],
    ['cancelled', [check('cancelled')], ['CHECK_FAILED blocked']],
    ['waiting for an action', [check('action_required')], ['CHECK_FAILED blocked']],
    ['neutral', [check('neutral')], ['CHECK_SKIPPED blocked']],
    ['skipped', [check('skipped')], ['CHECK_SKIPPED blocked']],
    ['green of one App and red of another', [check('success'), check('failure')], ['CHECK_FAILED blocked']],
    ['green of one App and running of another', [check('success'), check()], ['CHECK_RUNNING waits']],
    ['unknown', undefined, ['CHECKS_UNKNOWN blocked']],
  ])('%s', (_, checks, expected) => {
    expect(open({ checks, ...gates({ checks: ['ci'] }) })).toEqual(expected)
    expect(open({ checks, ...gates() })).toEqual([])
  })
})

describe('metrics', () => {
  const metric = (expect: string) => ({ name: 'errors', expect, query: { kind: 'json', url: 'u', path: 'p' } as const })
  const judge = (expect: string, measured?: Measurement, hideLive = false) =>
    decideGates(
      facts({
        ...gates({ metrics: [metric(expect)] }),
        metrics: new Map(measured && [['errors', measured]]),
        hideLive,
      }),
    ).find(({ code }) => code.startsWith('METRIC'))
  const value = (found: number | string | boolean): Measurement => ({ kind: 'value', value: found })
  test.each([
    ['< 0.01', 0.005, 'METRIC_PASSED'],
    ['< 0.01', 0.01, 'METRIC_FAILED'],
    ['<= 0.01', 0.01, 'METRIC_PASSED'],
    ['> 3', 3, 'METRIC_FAILED'],
    ['>= 3', '3', 'METRIC_PASSED'],
    ['== ok', 'ok', 'METRIC_PASSED'],
    ['== "ok"', 'no', 'METRIC_FAILED'],
    ['!= true', false, 'METRIC_PASSED'],
    ['!= true', 'false', 'METRIC_UNKNOWN'],
    ['< 1', 'zero', 'METRIC_UNKNOWN'],
    ['< 1', '', 'METRIC_UNKNOWN'],
    ['< 1', Number.POSITIVE_INFINITY, 'METRIC_UNKNOWN'],
    ['== ok', 1, 'METRIC_UNKNOWN'],
  ])('%s of %p', (expectation, found, code) => {
    expect(judge(expectation, value(found))).toMatchObject({ code })
  })

  test('numbers are told in private, texts never', () => {
    expect(judge('< 1', value(7))?.message).toBe('errors is not < 1 but 7.')
    expect(judge('< 1', value(7), true)?.message).toBe('errors is not < 1.')
    expect(judge('== ok', value('secret'))?.message).toBe('errors is not == ok.')
  })

  test('what is unknown says why', () => {
    expect(judge('< 1', { kind: 'unknown', why: 'it does not answer' })?.message).toBe(
      'errors is not known: it does not answer.',
    )
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
    ['all locked', { state: state(lock('all')) }, ['ALL_LOCKED waits']],
    ['both locked', { state: state(lock('all'), lock('prod')) }, ['ALL_LOCKED waits', 'LOCKED waits']],
    ['another one locked', { state: state(lock('staging')) }, []],
    ['locked until now', { state: state(lock('prod', NOW.toISOString())) }, []],
    ['locked until later', { state: state(lock('prod', ago(-1))) }, ['LOCKED waits']],
    ['unreadable', { state: undefined }, ['QUARANTINE_UNKNOWN blocked', 'STATE_UNKNOWN blocked']],
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
  test.each<[string, Partial<PlanFacts>, string[]]>([
    ['changed since', { recomputed: 'p2', because: ['upstream staging sets x to v3, not v2'] }, ['PLAN_STALE blocked']],
    ['cannot be made any more', { recomputed: undefined }, ['PLAN_STALE blocked']],
    ['never posted', { posted: undefined, recomputed: undefined }, ['PLAN_UNKNOWN blocked']],
    ['more than the plan on the branch', { exact: false, because: ['file a.yaml'] }, ['PLAN_EDITED blocked']],
    ['another render than reviewed', { moved: ['base file b.yaml'] }, ['RESULT_MOVED blocked']],
    ['a result that does not render', { moved: undefined }, ['PLAN_UNKNOWN blocked']],
    ['a merge that cannot be told', { exact: undefined }, ['PLAN_UNKNOWN blocked']],
  ])('%s', (_, change, expected) => {
    expect(open({ plan: plan(change) })).toEqual(expected)
    const message = decideGates(facts({ plan: plan(change) })).at(-1)?.message ?? ''
    for (const moved of [...(change.because ?? []), ...(change.moved ?? [])]) expect(message).toContain(moved)
  })
})

describe('quarantine', () => {
  const rollback = (quarantine: [string, string][], change: Partial<LedgerRecord> = {}): StateEntry => ({
    kind: 'ledger',
    item: {
      pullRequest: 5,
      kind: 'rollback',
      application: 'shop',
      from: 'c'.repeat(40),
      to: 'staging',
      planHash: 'h',
      requestedBy: 'ana',
      openedAt: ago(9),
      quarantine: quarantine.map(([path, value]) => ({ path, value })),
      ...change,
    },
  })
  const TAG = 'images[name=shop].newTag'
  const SIDECAR = 'images[name=log].newTag'
  const bad: [string, string][] = [
    [TAG, 'v2'],
    [SIDECAR, 's2'],
  ]
  const carries = (...carried: [string, string | null][]) =>
    plan({ carried: carried.map(([path, after]) => ({ path, after })) })
  test.each<[string, Partial<GateFacts>, string[]]>([
    ['the same version', { plan: carries([TAG, 'v2'], [SIDECAR, 's2']) }, ['QUARANTINED blocked']],
    ['the part of it that is missing here', { plan: carries([TAG, 'v2']) }, ['QUARANTINED blocked']],
    ['another version', { plan: carries([TAG, 'v3'], [SIDECAR, 's3']) }, []],
    ['another version with one part of it', { plan: carries([TAG, 'v3'], [SIDECAR, 's2']) }, []],
    ['something else', { plan: carries(['helmCharts[name=a].version', '2']) }, []],
    ['another application', { application: 'cart' }, []],
    ['a rollback', { kind: 'rollback', plan: carries([TAG, 'v2']) }, []],
    ['a plan that cannot be made', { plan: plan({ carried: undefined }) }, ['QUARANTINE_UNKNOWN blocked']],
  ])('of a version that was rolled back: %s', (_, change, expected) => {
    expect(open({ state: state(rollback(bad)), ...change })).toEqual(expected)
  })

  test('holds in every environment once it is asked for, and not when the rollback was given up', () => {
    const merged = { merged: { sha: 'd'.repeat(40), at: ago(5) } }
    const closed = { closed: { at: ago(5), planHash: '' } }
    expect(open({ state: state(rollback(bad, merged)) })).toEqual(['QUARANTINED blocked'])
    expect(open({ state: state(rollback(bad, closed)) })).toEqual([])
  })

  test('is told by value, place, rollback and person', () => {
    const reasons = decideGates(facts({ state: state(rollback(bad)) }))
    expect(reasons.find(({ code }) => code === 'QUARANTINED')).toMatchObject({
      message: 'v2 of shop was taken back in staging by #5, asked for by ana.',
      since: ago(9),
    })
  })
})

test('a rollback waits for people, checks, locks and its own plan, and for nothing else', () => {
  const change = {
    kind: 'rollback' as const,
    upstream: [],
    environment: environment({
      freeze: [{ from: 'Sat 00:00', to: 'Sun 00:00', timezone: 'UTC', reason: 'x' }],
      gates: gates({ soakMs: 1e9, approvals: 1, checks: ['ci'], metrics: [METRIC] }).environment.gates,
    }),
    targets: [],
  }
  expect(open(change)).toEqual(['APPROVALS_WAIT waits', 'CHECK_MISSING waits'])
})
