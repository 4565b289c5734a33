import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/model/outcome.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { deploymentNews, type PassForHistory } from '../../src/reconcile/report/deployment-news.ts'
import type { ObjectReport } from '../../src/reconcile/report/object-report.ts'

const target = { application: 'checkout', environment: 'prod', cluster: 'eu' }
const status = (change: Partial<TargetStatus> = {}): TargetStatus => ({
  target,
  sync: 'Synced',
  health: 'Healthy',
  drift: [],
  problems: [],
  observedAt: '2026-11-20T14:00:00Z',
  ...change,
})
const object = (verb: ObjectReport['verb'], reason?: string): ObjectReport => ({
  key: { group: '', version: 'v1', kind: 'ConfigMap', name: 'a' },
  verb,
  ...(reason && { reason }),
})
const outcome = (decision: Outcome['decision'], code: string, remedy?: string): Outcome => ({
  decision,
  code,
  message: 'It is so.',
  ...(remedy && { remedy }),
})
const news = (change: Partial<PassForHistory> = {}) =>
  deploymentNews({
    target,
    revision: 'a'.repeat(40),
    outcome: outcome('done', 'RECONCILED'),
    objects: [object('configured')],
    previous: status(),
    status: status(),
    siblings: [],
    ...change,
  })
const said = (change: Partial<PassForHistory>) => news(change)?.state

describe('the state of a deployment', () => {
  test.each<[Outcome, ObjectReport['verb'], string | undefined]>([
    [outcome('done', 'RECONCILED'), 'configured', 'success'],
    [outcome('waiting', 'DRIFT_REPORTED'), 'configured', 'success'],
    [outcome('waiting', 'DRIFT_CONTENDED'), 'configured', 'success'],
    [outcome('waiting', 'HEALTH_WAITS'), 'configured', 'in_progress'],
    [outcome('waiting', 'PRUNE_LIMIT', '/confirm-prune abc'), 'configured', 'in_progress'],
    [outcome('waiting', 'HEALTH_FAILED'), 'configured', 'failure'],
    [outcome('refused', 'APPLY_REFUSED'), 'failed', 'failure'],
    [outcome('failed', 'APPLY_REFUSED'), 'failed', 'failure'],
    [outcome('failed', 'APPLY_UNAVAILABLE'), 'failed', 'error'],
    [outcome('failed', 'CLUSTER_UNREACHABLE'), 'unchanged', 'error'],
    [outcome('waiting', 'SUPERSEDED'), 'configured', undefined],
  ])('after %j', (made, verb, expected) => {
    expect(said({ outcome: made, objects: [object(verb)] })).toBe(expected)
  })
  test('is in progress until every cluster of the environment is done, and a failure where one has failed', () => {
    const us = (change: Partial<TargetStatus>) => [status({ target: { ...target, cluster: 'us' }, ...change })]
    expect(news({ siblings: us({}) })?.state).toBe('success')
    expect(news({ siblings: us({ sync: 'OutOfSync' }) })).toMatchObject({
      state: 'in_progress',
      description: 'Applied here; not yet in us.',
    })
    expect(said({ siblings: us({ waitingFor: 'wave eu' }) })).toBe('in_progress')
    const problem = { code: 'APPLY_REFUSED', message: 'Refused.', remedy: '' }
    expect(news({ siblings: us({ problems: [problem] }) })).toMatchObject({
      state: 'failure',
      description: 'us: Refused.',
    })
  })
  test('is no longer than GitHub takes, and keeps what to do next', () => {
    const long = { ...outcome('refused', 'X', 'Answer `/confirm-prune`.'), message: 'x'.repeat(500) }
    const { description = '' } = news({ outcome: long }) ?? {}
    expect(description).toHaveLength(140)
    expect(description).toMatch(/… Answer `\/confirm-prune`\.$/)
  })
})

describe('nothing is told', () => {
  const nothing = outcome('nothing', 'IN_SYNC')
  const healed = [object('configured', 'DRIFT_HEALED'), object('unchanged')]
  test('of a pass that changed nothing, or only put drift back, where all was well before', () => {
    expect(news({ outcome: nothing, objects: [object('unchanged')] })).toBeUndefined()
    expect(news({ objects: healed })).toBeUndefined()
  })
  test('but that a deployment which was begun is done now; none is made for that', () => {
    const previous = status({ health: 'Progressing' })
    expect(news({ outcome: nothing, objects: [object('unchanged')], previous })).toMatchObject({
      state: 'success',
      onlyKnown: true,
    })
    expect(news({ objects: healed, previous: undefined })).toMatchObject({ onlyKnown: true })
  })
  test('while it is suspended, or waits for its wave', () => {
    expect(news({ status: status({ suspended: true }) })).toBeUndefined()
    expect(news({ status: status({ waitingFor: 'wave eu' }) })).toBeUndefined()
  })
})
