import { describe, expect, test } from '@jest/globals'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { type DriftQuestion, driftFacts, lastingInMs, withIgnored } from '../../src/preview/drift-facts.ts'
import { SCALED, targetStatus, testFingerprint } from '../support/preview-world.ts'

const checkout = { application: 'checkout', environment: 'prod', path: 'apps/checkout/overlays/prod' }
const search = { ...checkout, application: 'search', path: 'apps/search/overlays/prod' }

const NOW = new Date('2026-11-20T14:10:00Z')

function facts(drift: string, statuses: readonly TargetStatus[], more: Partial<DriftQuestion> = {}) {
  const config = parseRepositoryConfig(
    `version: 1\noverlays: apps/{app}/overlays/{environment}\nenvironments: [{ name: prod, clusters: [prod, eu], drift: ${drift} }]\n`,
  )
  const question = { config, deployed: [checkout, search], touched: [checkout], statuses, fingerprint: testFingerprint }
  return driftFacts({ ...question, now: NOW, ...more })[0]
}

describe('drift lasts', () => {
  const since = (seconds: number) => new Date(Date.parse('2026-11-20T14:10:00Z') - seconds * 1000).toISOString()
  test.each([
    ['when it is older than blockAfter', '{ policy: heal, blockAfter: 10s }', { since: since(10) }, true],
    ['not while it is younger', '{ policy: heal, blockAfter: 10s }', { since: since(9) }, false],
    [
      'when somebody keeps fighting for it',
      '{ policy: heal, blockAfter: 10s }',
      { since: since(1), contended: true },
      true,
    ],
    ['at once where nobody heals it', '{ policy: report, blockAfter: 10s }', { since: since(1) }, true],
  ])('%s', (_, drift, entry, lasting) => {
    const found = facts(drift, [targetStatus('checkout', 'prod', { drift: [{ ...SCALED, ...entry }] })])
    expect(found?.findings.map((finding) => finding.lasting)).toEqual([lasting])
  })
})

describe('which facts count', () => {
  const drifted = { drift: [SCALED] }
  test('drift of another application in the same environment', () => {
    expect(facts('{}', [targetStatus('search', 'prod', drifted)])?.findings).toHaveLength(1)
  })
  test('none of a target that was never applied, and none that is stale', () => {
    expect(facts('{}', [targetStatus('checkout', 'prod', { ...drifted, revision: undefined })])?.findings).toEqual([])
    expect(
      facts('{}', [targetStatus('checkout', 'prod', { ...drifted, observedAt: '2026-11-20T14:08:59Z' })])?.findings,
    ).toEqual([])
  })
  test('unknown are the targets it changes, in every cluster', () => {
    const clusters = (statuses: readonly TargetStatus[], more = {}) =>
      facts('{}', statuses, more)?.unknown.map(({ cluster }) => cluster)
    expect(clusters([])).toEqual(['prod', 'eu'])
    expect(clusters([targetStatus('checkout', 'prod')])).toEqual(['eu'])
    expect(clusters([targetStatus('checkout', 'prod', { sync: 'Unknown' })])).toEqual(['prod', 'eu'])
    expect(clusters([], { deployed: [search] })).toEqual([])
  })
  test('an environment nobody touches is not asked', () => {
    expect(facts('{}', [], { touched: [] })).toBeUndefined()
  })
})

describe('what stands still on purpose is no drift', () => {
  const drift = [SCALED]
  test('a suspended environment, which counts what differs', () => {
    const found = facts('{}', [targetStatus('checkout', 'prod', { drift, suspended: true })])
    expect(found).toMatchObject({ findings: [], standing: [{ kind: 'suspended', fields: 1 }] })
  })
  test('one that is pinned, and targets that wait, which may drift besides', () => {
    const waiting = { waitingFor: 'wave eu', track: 'tag v1.*' }
    const found = facts('{}', [
      targetStatus('checkout', 'prod', { drift, track: 'tag v1.*' }),
      targetStatus('search', 'prod', waiting),
    ])
    expect(found?.standing).toMatchObject([
      { kind: 'pinned', track: 'tag v1.*' },
      { kind: 'waiting', waitingFor: 'wave eu', targets: [{ application: 'search' }] },
    ])
    expect(found?.findings).toHaveLength(1)
  })
  test('a pin that the configuration names is told though nothing is known of its cluster', () => {
    const found = facts('{}, track: { tag: v2.* }', [targetStatus('checkout', 'prod', { track: 'tag v1.*' })])
    expect(found?.standing).toEqual([{ kind: 'pinned', track: 'tag v2.*' }])
    expect(facts('{}, track: { tag: v2.* }', [])?.standing).toEqual([{ kind: 'pinned', track: 'tag v2.*' }])
  })
  test('unless what is known is too old', () => {
    const observedAt = '2026-11-20T14:08:59Z'
    expect(facts('{}', [targetStatus('checkout', 'prod', { suspended: true, observedAt })])?.standing).toEqual([])
  })
})

describe('drift that somebody asked to ignore', () => {
  const known = (drift = '{ policy: report }') => {
    const found = facts(drift, [targetStatus('checkout', 'prod', { drift: [SCALED, { ...SCALED, live: '9' }] })])
    if (!found) throw new Error('no facts')
    return found
  }
  const until = '2026-11-20T15:10:00.000Z'
  const ignored = () => [{ id: known().findings[0]?.id ?? '', by: 'ana', until }]
  test('holds nothing back, and only that very drift', () => {
    const [facts] = withIgnored([known()], ignored(), NOW)
    expect(facts?.findings.map(({ lasting, ignored }) => [lasting, ignored?.by])).toEqual([
      [false, 'ana'],
      [true, undefined],
    ])
  })
  test('comes back at its end, and is looked at again then', () => {
    const later = new Date(until)
    expect(withIgnored([known()], ignored(), later)[0]?.findings[0]).toMatchObject({ lasting: true })
    const inMs = (now: Date) => {
      const [found] = withIgnored([known()], ignored(), now)
      return found && lastingInMs([{ ...found, findings: found.findings.slice(0, 1) }], now)
    }
    expect(inMs(new Date(later.getTime() - 60_000))).toBe(60_000)
    expect(inMs(NOW)).toBeUndefined()
  })
  test('that is young besides waits for the later of both', () => {
    const young = known('{ policy: heal, blockAfter: 2h }')
    const [facts] = withIgnored([young], ignored(), NOW)
    expect(facts?.findings[0]?.lastingAt).toBe(young.findings[0]?.lastingAt)
  })
})
