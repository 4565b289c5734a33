import { expect, test } from '@jest/globals'
import type { EnvironmentConfig } from '../../../src/config/repository-config.ts'
import type { TargetStatus } from '../../../src/model/target-status.ts'
import type { GateFacts } from '../../../src/promotion/gates/facts.ts'
import { decideGates } from '../../../src/promotion/gates/gates.ts'
import { parseState } from '../../../src/promotion/state/state.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const HEAD = 'a'.repeat(40)
const time = (ms: number) => new Date(NOW.getTime() + ms).toISOString()

const status = (environment: string): TargetStatus => ({
  target: { application: 'shop', environment, cluster: environment },
  renderDigest: 'd1',
  sync: 'Synced',
  health: 'Healthy',
  healthySince: time(-7_200_000),
  drift: [],
  problems: [],
  observedAt: time(-1_000),
})
const upstream = { target: status('staging').target, renderDigest: 'd1', status: status('staging') }
const target = { target: status('prod').target, status: status('prod') }

const environment: EnvironmentConfig = {
  ...(threeEnvironments().environments[2] as EnvironmentConfig),
  gates: {
    soakMs: 3_600_000,
    approvals: 1,
    teams: ['acme/sre'],
    fourEyes: true,
    checks: ['ci'],
    metrics: [{ name: 'errors', expect: '< 1', query: { kind: 'json', url: 'u', path: 'p' } }],
  },
}
const review = {
  id: 1,
  author: { login: 'bob', bot: false },
  state: 'APPROVED',
  commit: HEAD,
  submittedAt: time(-9),
} as const
const approval = {
  reviews: [review],
  reviewers: new Set(['bob']),
  excluded: ['ana'],
  teams: new Map([['acme/sre', new Set(['bob'])]]),
}

/** Every gate asks for something, and everything is known and as it should be. */
const known: GateFacts = {
  now: NOW,
  kind: 'promotion',
  application: 'shop',
  environment,
  pullRequest: 7,
  headSha: HEAD,
  upstream: [upstream],
  approval,
  checks: [{ name: 'ci', conclusion: 'success' }],
  metrics: new Map([['errors', { kind: 'value', value: 0 }]]),
  state: parseState(new Map()),
  targets: [target],
  hideLive: false,
  plan: {
    posted: 'p',
    recomputed: 'p',
    exact: true,
    moved: [],
    because: [],
    carried: [{ path: 'images', after: 'v2' }],
  },
}

const verdicts = (facts: GateFacts) => decideGates(facts).filter(({ verdict }) => verdict !== 'passed')
const { healthySince: _, ...withoutBeginning } = upstream.status

test('with every fact there, every gate passes', () => {
  expect(verdicts(known)).toEqual([])
})

test.each<[string, Partial<GateFacts>, string]>([
  ['upstream', { upstream: [] }, 'FACTS_UNKNOWN'],
  ['the status of upstream', { upstream: [{ ...upstream, status: undefined }] }, 'FACTS_UNKNOWN'],
  ['a look at upstream that is young enough', { upstream: [stale(upstream, -60_001)] }, 'FACTS_UNKNOWN'],
  ['a look at upstream that is of now, not ahead of it', { upstream: [stale(upstream, 86_400_000)] }, 'FACTS_UNKNOWN'],
  [
    'a time of that look',
    { upstream: [{ ...upstream, status: { ...upstream.status, observedAt: '' } }] },
    'FACTS_UNKNOWN',
  ],
  ['the render of upstream', { upstream: [{ ...upstream, renderDigest: undefined }] }, 'UPSTREAM_NOT_APPLIED'],
  [
    'its health',
    { upstream: [{ ...upstream, status: { ...upstream.status, health: 'Unknown' } }] },
    'UPSTREAM_NOT_HEALTHY',
  ],
  ['since when it is healthy', { upstream: [{ ...upstream, status: withoutBeginning }] }, 'SOAK_WAITS'],
  ['the status of the target', { targets: [{ ...target, status: undefined }] }, 'FACTS_UNKNOWN'],
  ['a look at the target that is young enough', { targets: [stale(target, -60_001)] }, 'FACTS_UNKNOWN'],
  ['reviews', { approval: undefined }, 'APPROVALS_UNKNOWN'],
  ['who may review', { approval: { ...approval, reviewers: new Set() } }, 'APPROVALS_WAIT'],
  ['a team', { approval: { ...approval, teams: new Map() } }, 'APPROVALS_UNKNOWN'],
  ['checks', { checks: undefined }, 'CHECKS_UNKNOWN'],
  ['a required check', { checks: [] }, 'CHECK_MISSING'],
  ['a metric', { metrics: new Map() }, 'METRIC_UNKNOWN'],
  ['locks and holds', { state: undefined }, 'STATE_UNKNOWN'],
  ['what was rolled back', { state: undefined }, 'QUARANTINE_UNKNOWN'],
  ['what is carried', { plan: { ...known.plan, carried: undefined } }, 'QUARANTINE_UNKNOWN'],
  ['what was posted', { plan: { ...known.plan, posted: undefined } }, 'PLAN_UNKNOWN'],
  ['the plan of now', { plan: { ...known.plan, recomputed: undefined } }, 'PLAN_STALE'],
  ['what the merge does', { plan: { ...known.plan, exact: undefined } }, 'PLAN_UNKNOWN'],
  ['what the merge renders to', { plan: { ...known.plan, moved: undefined } }, 'PLAN_UNKNOWN'],
])('without %s it is not let through', (_, change, code) => {
  expect(verdicts({ ...known, ...change }).map((reason) => reason.code)).toContain(code)
})

function stale<T extends { readonly status: TargetStatus }>(fact: T, ms: number): T {
  return { ...fact, status: { ...fact.status, observedAt: time(ms) } }
}
