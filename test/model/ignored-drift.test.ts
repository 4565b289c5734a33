import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { driftFingerprint, driftSetId } from '../../src/model/ignored-drift.ts'
import type { Target } from '../../src/model/target.ts'
import type { DriftEntry } from '../../src/model/target-status.ts'
import { testFingerprint } from '../support/preview-world.ts'

const target: Target = { application: 'checkout', environment: 'prod', cluster: 'eu' }
const entry: DriftEntry = {
  object: 'Deployment/checkout',
  namespace: 'shop',
  path: '.spec.replicas',
  desired: '2',
  live: '8',
  manager: 'kubectl-edit',
  since: '2026-11-20T14:02:00Z',
}
const idOf = (one: Partial<DriftEntry> = {}, of: Partial<Target> = {}) =>
  driftFingerprint({ ...target, ...of }, { ...entry, ...one }, testFingerprint)

describe('a drift is told apart', () => {
  test.each<[what: string, drift: Partial<DriftEntry>, of: Partial<Target>]>([
    ['object', { object: 'Deployment/other' }, {}],
    ['namespace', { namespace: 'other' }, {}],
    ['field', { path: '.spec.paused' }, {}],
    ['live value', { live: '9' }, {}],
    ['writer', { manager: 'helm' }, {}],
    ['application', {}, { application: 'cart' }],
    ['environment', {}, { environment: 'dev' }],
    ['cluster', {}, { cluster: 'us' }],
  ])('from one with another %s', (_, drift, of) => {
    expect(idOf(drift, of)).not.toBe(idOf())
  })

  test('from none that only was seen at another time, or that Git answers otherwise', () => {
    expect(idOf({ since: '2026-11-21T00:00:00Z', contended: true, desired: '3' })).toBe(idOf())
  })

  test('without a word of it in the name', () => {
    expect(idOf()).toMatch(/^[0-9a-f]{32}$/)
    const other = (text: string) => testFingerprint(`another key ${text}`)
    expect(driftFingerprint(target, entry, other)).not.toBe(idOf())
  })
})

test('what a check showed has one name, in whatever order, and another as soon as one drift comes or goes', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), (ids) => {
      expect(driftSetId(ids)).toBe(driftSetId(ids.toReversed()))
      expect(driftSetId(ids)).toMatch(/^[0-9a-f]{12}$/)
      if (ids.length > 1) expect(driftSetId(ids.slice(1))).not.toBe(driftSetId(ids))
    }),
  )
})
