import { describe, expect, test } from '@jest/globals'
import type { HealthVerdict } from '../../../src/reconcile/health/verdict.ts'
import { toLiveRecord } from '../../../src/reconcile/live/live-record.ts'
import { EndedEarly } from '../../../src/reconcile/watch/ended-early.ts'

const record = (status: object = {}, more: { deleted?: boolean; kind?: string; health?: HealthVerdict } = {}) => {
  const { deleted, kind = 'Job', health } = more
  const deletion = deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}
  const metadata = { name: 'migrate', namespace: 'shop', uid: 'u1', ...deletion }
  const live = toLiveRecord({ apiVersion: 'batch/v1', kind, metadata, spec: {}, status } as never)
  return health ? { ...live, health } : live
}
const having = (type: string) => ({ conditions: [{ type, status: 'True' }] })
const running = record()
const going = record({}, { deleted: true })
const own: HealthVerdict = { health: 'Progressing', message: 'says a rule of the environment' }

function known(change: { before?: typeof running; after?: typeof running }, current = true) {
  const ended = new EndedEarly()
  ended.note({ label: 'l', id: 'migrate', ...change }, () => current)
  return [...ended.of('l').values()]
}

describe('a Job that goes', () => {
  test.each([
    ['before it has finished', { before: running }],
    ['before it has finished, when its deletion begins', { before: running, after: going }],
  ])('%s is known to be missed', (_, change) => expect(known(change)).toEqual(['u1']))

  test.each([
    ['once it completed', { before: record(having('Complete')) }],
    ['once it failed', { before: record(having('Failed')) }],
    ['when the end of a deletion is told that began before', { before: going }],
    ['judged by a rule of its environment, which may say anything', { before: record({}, { health: own }) }],
    ['in no way, but changes', { before: running, after: running }],
    ['nowhere: it comes', { after: running }],
    ['and is none', { before: record({}, { kind: 'CronJob' }) }],
  ])('%s is not', (_, change) => expect(known(change)).toEqual([]))

  test('while nobody watched may have finished', () => expect(known({ before: running }, false)).toEqual([]))
})
