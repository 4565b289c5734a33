import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Problem } from '../../src/model/errors.ts'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { resourceId } from '../../src/model/resource-key.ts'
import type { DriftEntry, TargetStatus } from '../../src/model/target-status.ts'
import { eventBody, eventKey } from '../../src/reconcile/report/events/event-body.ts'
import { EventBudget } from '../../src/reconcile/report/events/event-budget.ts'
import { EVENT_REASONS, type EventNote, type EventReason } from '../../src/reconcile/report/events/event-note.ts'
import { fewEvents } from '../../src/reconcile/report/events/few-events.ts'
import { passEvents } from '../../src/reconcile/report/events/pass-events.ts'
import { statusEvents } from '../../src/reconcile/report/events/status-events.ts'
import type { ObjectReport } from '../../src/reconcile/report/object-report.ts'

const deployment = (name: string): ResourceKey => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name,
})
const INVENTORY: ResourceKey = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'lockstep-system',
  name: 'lockstep-0123456789abcdef',
}
const scaled: DriftEntry = {
  object: 'Deployment/web',
  namespace: 'shop',
  path: '.spec.replicas',
  desired: '2',
  live: '5',
  manager: 'kubectl-scale',
  since: '2026-11-20T14:00:00Z',
}
const degraded: Problem = {
  code: 'OBJECT_DEGRADED',
  message: 'Deployment/web is Degraded: its rollout does not progress',
  object: 'Deployment/web',
  remedy: 'Look at it.',
}
const told = (notes: readonly EventNote[]) => notes.map(({ reason, message }) => `${reason}: ${message}`)

describe('what a pass tells of its objects', () => {
  const refusal: Problem = {
    code: 'APPLY_IMMUTABLE',
    message: 'spec.selector is immutable',
    object: 'Deployment/web',
    remedy: '',
  }
  const news = (report: Omit<ObjectReport, 'key'>) =>
    passEvents({
      revision: 'a'.repeat(40),
      objects: [{ key: deployment('web'), ...report }],
      drift: [scaled, { ...scaled, object: 'Deployment/other' }],
      problems: [refusal],
      uids: new Map([[resourceId(deployment('web')), 'uid-1']]),
    })
  test.each<[Omit<ObjectReport, 'key'>, string[]]>([
    [{ verb: 'created' }, ['Applied: Created at aaaaaaaaaaaa']],
    [{ verb: 'configured' }, ['Applied: Configured at aaaaaaaaaaaa']],
    [
      { verb: 'configured', reason: 'DRIFT_HEALED' },
      ['Healed: Put back to what Git says: .spec.replicas was 5 by kubectl-scale'],
    ],
    [{ verb: 'deleted' }, ['Pruned: Deleted, because it left Git at aaaaaaaaaaaa']],
    [{ verb: 'failed', reason: 'APPLY_IMMUTABLE' }, ['ApplyFailed: spec.selector is immutable (APPLY_IMMUTABLE)']],
    [{ verb: 'unchanged' }, []],
    [{ verb: 'skipped', reason: 'PRUNE_DISABLED' }, []],
  ])('%j', (report, expected) => {
    expect(told(news(report))).toEqual(expected)
  })
  test('about the object that it is, by its uid', () => {
    expect(news({ verb: 'created' })[0]?.regarding).toEqual({ key: deployment('web'), uid: 'uid-1' })
  })
})

describe('what a look tells', () => {
  const status = (change: Partial<TargetStatus> = {}): TargetStatus => ({
    target: { application: 'web', environment: 'prod', cluster: 'eu' },
    sync: 'Synced',
    health: 'Healthy',
    drift: [],
    problems: [],
    observedAt: '2026-11-20T14:00:00Z',
    ...change,
  })
  const live = [{ key: deployment('web'), uid: 'uid-1' }]
  const look = (previous: TargetStatus | undefined, now: TargetStatus, present = live) =>
    statusEvents({ previous, status: now, live: present, inventory: INVENTORY })

  test('is drift and degraded objects, once each', () => {
    const now = status({ drift: [scaled], problems: [degraded] })
    expect(told(look(status(), now))).toEqual([
      'DriftFound: .spec.replicas is 5, Git says 2 by kubectl-scale',
      'HealthDegraded: Deployment/web is Degraded: its rollout does not progress',
    ])
    expect(look(now, now)).toEqual([])
  })
  test('is drift again once it is fought over', () => {
    const fought = status({ drift: [{ ...scaled, contended: true }] })
    expect(look(status({ drift: [scaled] }), fought)).toMatchObject([{ reason: 'DriftContended' }])
  })
  test('of an object that is gone is told on the inventory', () => {
    const gone = status({ drift: [{ ...scaled, path: '', live: 'missing' }] })
    expect(look(status(), gone, [])).toMatchObject([
      { message: 'Deployment/web is missing by kubectl-scale', regarding: { key: INVENTORY } },
    ])
  })
  test('is nothing where nothing is known, now or before', () => {
    const now = status({ drift: [scaled] })
    expect(look(undefined, now)).toEqual([])
    expect(look(status(), { ...now, sync: 'Unknown' })).toEqual([])
  })
})

describe('how many are told', () => {
  const notes = (reason: EventReason, count: number): EventNote[] =>
    Array.from({ length: count }, (_, i) => ({
      reason,
      message: 'm',
      regarding: { key: deployment(`d${i}`), uid: `u${i}` },
    }))

  test('three of a reason have their own, of more the rest is one about the inventory', () => {
    expect(fewEvents(notes('Applied', 3), INVENTORY)).toHaveLength(3)
    expect(
      fewEvents(notes('Applied', 1000), INVENTORY).map(({ regarding, message }) => [regarding.key.name, message]),
    ).toEqual([
      ['d0', 'm'],
      ['d1', 'm'],
      [INVENTORY.name, 'Deployment/d2 and 997 more: m'],
    ])
  })
  test('the urgent come first', () => {
    const all = [...notes('Applied', 1), ...notes('ApplyFailed', 1), ...notes('DriftFound', 1)]
    expect(fewEvents(all, INVENTORY).map(({ reason }) => reason)).toEqual(['ApplyFailed', 'DriftFound', 'Applied'])
  })
  test('a cluster gets sixty, then ten a minute, and none where it does not want them', () => {
    const budget = new EventBudget()
    const taken = (now: number) => Array.from({ length: 100 }, () => budget.take(now)).filter(Boolean).length
    expect([taken(0), taken(60_000), taken(3_600_000)]).toEqual([60, 10, 60])
    budget.closeFor(10_000, 4_000_000)
    expect([taken(4_000_000), taken(4_010_000)]).toEqual([0, 60])
  })
})

describe('an Event as Kubernetes has it', () => {
  const note = (change: Partial<EventNote> = {}): EventNote => ({
    reason: 'Applied',
    message: 'Created',
    regarding: { key: deployment('web'), uid: 'uid-1' },
    ...change,
  })
  test('has the same name for the same news, and another for any other', () => {
    const names = [
      note(),
      note({ message: 'Configured' }),
      note({ reason: 'Healed' }),
      note({ regarding: { key: deployment('web'), uid: 'uid-2' } }),
    ].map((each) => eventKey(each).name)
    expect(new Set([...names, eventKey(note()).name]).size).toBe(4)
  })
  test('has a name and a message that the API server takes, whatever the object is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 2000 }),
        (name, message) => {
          const made = note({ message, regarding: { key: { ...deployment(name), namespace: undefined as never } } })
          const body = eventBody(made, '2026-11-20T14:00:00Z')
          expect(eventKey(made).name).toMatch(/^[a-z0-9.-]{1,253}$/)
          expect(String(body.message).length).toBeLessThanOrEqual(1024)
          expect(eventKey(made).namespace).toBe('default')
        },
      ),
    )
  })
  test.each(Object.keys(EVENT_REASONS) as EventReason[])('%s is a word in CamelCase', (reason) => {
    expect(reason).toMatch(/^([A-Z][a-z]+)+$/)
    expect(eventBody(note({ reason }), '').type).toMatch(/^(Normal|Warning)$/)
  })
})
