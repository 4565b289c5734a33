import { describe, expect, test } from '@jest/globals'
import { parseRepositoryConfig } from '../../../src/config/parse-repository-config.ts'
import { directChangeReasons, type PeopleFacts, weakeningReasons } from '../../../src/promotion/gates/direct-changes.ts'
import type { ApprovalFacts } from '../../../src/promotion/gates/facts.ts'
import { parseState } from '../../../src/promotion/state/state.ts'

const HEAD = 'a'.repeat(40)

function facts(rule: string, change: Partial<PeopleFacts> = {}): PeopleFacts {
  const config = parseRepositoryConfig(`version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: prod, cluster: prod, after: [dev], ${rule} }
`)
  const environment = config.environments[1] as PeopleFacts['environment']
  const now = new Date('2026-11-18T12:00:00Z')
  return {
    now,
    environment,
    pullRequest: 7,
    headSha: HEAD,
    approval: approvedBy(),
    state: parseState(new Map()),
    ...change,
  }
}

function approvedBy(...logins: string[]): ApprovalFacts {
  const review = (login: string, id: number) => ({
    id,
    author: { login, bot: false },
    state: 'APPROVED' as const,
    commit: HEAD,
    submittedAt: '2026-11-18T11:00:00Z',
  })
  return { reviews: logins.map(review), reviewers: new Set(logins), excluded: [], teams: new Map() }
}

const codes = (reasons: ReturnType<typeof directChangeReasons>) =>
  reasons
    .map(({ code, verdict }) => `${code} ${verdict}`)
    .filter((text) => !text.startsWith('NO_') && !text.startsWith('FREEZE_OPEN'))

describe('a pull request that changes an environment without being its promotion', () => {
  test('is let through and shown where nothing else is said', () => {
    const [reason, ...others] = directChangeReasons(facts('promote: manual'), ['checkout', 'cart'])
    expect(reason).toEqual({
      code: 'DIRECT_CHANGE',
      verdict: 'passed',
      environment: 'prod',
      message: 'checkout, cart in prod changes here directly, not by a promotion.',
    })
    expect(others).toEqual([])
  })

  test('is no news where versions arrive', () => {
    const first = { ...facts('promote: manual').environment, name: 'dev', after: { all: [] } }
    expect(directChangeReasons({ ...facts('promote: manual'), environment: first }, ['checkout'])).toEqual([])
  })

  test('is refused where only promotions may change it, with the way to go', () => {
    expect(directChangeReasons(facts('changes: refuse'), ['checkout'])).toEqual([
      {
        code: 'DIRECT_CHANGE_REFUSED',
        verdict: 'blocked',
        environment: 'prod',
        message: 'prod takes changes by promotion only; this changes checkout there.',
        unblock: 'Change dev instead, and promote with `/promote prod` once it is healthy there.',
      },
    ])
  })

  const APPROVALS = 'changes: approvals, gates: { approvals: 1 }'

  test('waits for the approvals that a promotion needs', () => {
    expect(codes(directChangeReasons(facts(APPROVALS), ['checkout']))).toEqual([
      'DIRECT_CHANGE passed',
      'APPROVALS_WAIT waits',
    ])
    const approved = facts(APPROVALS, { approval: approvedBy('ana') })
    expect(codes(directChangeReasons(approved, ['checkout']))).toEqual([
      'DIRECT_CHANGE passed',
      'APPROVALS_PASSED passed',
    ])
  })

  test('waits for whom nobody can name, and where the state cannot be read', () => {
    const unknown = facts(APPROVALS, { approval: undefined, state: undefined })
    expect(codes(directChangeReasons(unknown, ['checkout']))).toEqual([
      'DIRECT_CHANGE passed',
      'APPROVALS_UNKNOWN blocked',
      'STATE_UNKNOWN blocked',
    ])
  })

  test('waits behind a freeze', () => {
    const frozen = `${APPROVALS}, freeze: [{ from: "Mon 00:00", to: "Sat 00:00", timezone: UTC, reason: sale }]`
    const reasons = directChangeReasons(facts(frozen, { approval: approvedBy('ana') }), ['checkout'])
    expect(codes(reasons)).toContain('FROZEN waits')
  })
})

describe('a configuration that weakens an environment', () => {
  const soak = { environment: 'prod', rule: 'gates.soak', before: '60m', after: '0m' }
  const promote = { environment: 'prod', rule: 'promote', before: 'manual', after: 'auto' }

  test('needs those who approve there now, and says what it weakens', () => {
    const [first, ...others] = weakeningReasons(facts('gates: { approvals: 1 }'), [soak, promote])
    expect(first).toEqual({
      code: 'CONFIG_WEAKENS',
      verdict: 'waits',
      environment: 'prod',
      message: 'This weakens prod: `gates.soak` from 60m to 0m, `promote` from manual to auto.',
      unblock: 'Approval by those who approve promotions into prod.',
    })
    expect(codes(others)).toEqual(['APPROVALS_WAIT waits'])
  })

  test('passes once they did', () => {
    const approved = facts('gates: { approvals: 1 }', { approval: approvedBy('ana') })
    expect(codes(weakeningReasons(approved, [soak]))).toEqual(['CONFIG_WEAKENS passed', 'APPROVALS_PASSED passed'])
  })

  test('is only told where nobody has to approve', () => {
    expect(codes(weakeningReasons(facts('promote: manual'), [soak]))).toEqual(['CONFIG_WEAKENS passed'])
  })
})
