import { expect, test } from '@jest/globals'
import type { TargetStatus } from '../../../src/model/target-status.ts'
import { Incidents } from '../../../src/reconcile/watch/incidents.ts'

const entry = (object: string, since: string) => ({ object, path: '.spec.replicas', desired: '2', live: '5', since })
const statusWith = (...drift: TargetStatus['drift']): TargetStatus => ({
  target: { application: 'a', environment: 'e', cluster: 'c' },
  sync: 'OutOfSync',
  health: 'Healthy',
  drift,
  problems: [],
  observedAt: '2026-01-01T00:00:00Z',
})
const drifted = (...drift: TargetStatus['drift']) => ({ status: statusWith(...drift), lateWrites: [] })
const web = entry('Deployment/web', '1')
const db = entry('StatefulSet/db', '1')

test('drift is news once, however often it is seen, and anew when it comes again', () => {
  const incidents = new Incidents()
  const seen = [[web], [web], [web, db], [db], [], [web], [entry('Deployment/web', '2')]]
  expect(seen.map((drift) => incidents.hasNew('x', drifted(...drift)))).toEqual([
    true,
    false,
    true,
    false,
    false,
    true,
    true,
  ])
  expect(incidents.hasNew('y', drifted(web))).toBe(true)
})

test('a late write is news once, and another one anew', () => {
  const incidents = new Incidents()
  const seen = [['a@1'], ['a@1'], ['a@2'], ['a@2', 'b@3'], [], ['b@3']]
  const news = seen.map((lateWrites) => incidents.hasNew('x', { status: statusWith(web), lateWrites }))
  expect(news).toEqual([true, false, true, true, false, true])
})
