import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { type Precedent, turnOf } from '../../src/reconcile/targets/turn.ts'

const NOW = new Date('2026-01-01T12:00:00Z')
const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString()

function status(change: Partial<TargetStatus> = {}, application = 'database', cluster = 'eu'): TargetStatus {
  return {
    target: { application, environment: 'prod', cluster },
    revision: 'a'.repeat(40),
    renderDigest: 'new',
    sync: 'Synced',
    health: 'Healthy',
    healthySince: ago(60_000),
    drift: [],
    problems: [],
    observedAt: ago(1_000),
    ...change,
  }
}

function precedent(change: Partial<TargetStatus> = {}, more: Partial<Precedent> = {}, cluster = 'eu'): Precedent {
  const known = status(change, 'database', cluster)
  return { target: known.target, status: known, renderDigest: 'new', ...more }
}
const { status: _, ...unknown } = precedent()
const { renderDigest: __, ...broken } = precedent()

describe('a target has its turn', () => {
  test.each<[string, Precedent, string | undefined]>([
    ['when what comes before it is well at its newest render', precedent(), undefined],
    ['not while that is at an older one', precedent({ renderDigest: 'old' }), 'it is not at its newest render'],
    ['nor while it comes up', precedent({ health: 'Progressing' }), 'it is Progressing'],
    ['nor when it failed', precedent({ health: 'Degraded' }), 'it is Degraded'],
    ['nor while it is paused', precedent({ health: 'Suspended' }), 'it is Suspended'],
    ['nor when nothing is known of it', unknown, 'nothing is known of it now'],
    ['nor when that is too old to be true', precedent({ observedAt: ago(61_000) }), 'nothing is known of it now'],
    [
      'nor when its cluster does not answer',
      precedent({ health: 'Unknown', sync: 'Unknown' }),
      'nothing is known of it now',
    ],
    ['nor when its newest revision does not build', broken, 'its newest revision does not build'],
  ])('%s', (_, one, fault) => {
    for (const facts of [
      { before: [one], waves: [], code: 'ORDER_WAITS' },
      { before: [], waves: [one], code: 'WAVE_WAITS' },
    ]) {
      const wait = turnOf({ ...facts, soakMs: 0, now: NOW })
      if (fault === undefined) expect(wait).toBeUndefined()
      else {
        expect(wait).toMatchObject({
          code: facts.code,
          waitsOn: ['database/prod/eu'],
          message: expect.stringContaining(fault),
        })
        expect(wait?.againInMs).toBeUndefined()
      }
    }
  })

  test('drift keeps those waiting that come after it, but no later wave', () => {
    const drifted = precedent({ sync: 'OutOfSync' })
    expect(turnOf({ before: [drifted], waves: [], soakMs: 0, now: NOW })).toMatchObject({ code: 'ORDER_WAITS' })
    expect(turnOf({ before: [], waves: [drifted], soakMs: 0, now: NOW })).toBeUndefined()
  })

  test('what it waits for is named, all of it, the order first', () => {
    const bad = [precedent({ health: 'Degraded' }), precedent({ renderDigest: 'old' }, {}, 'asia')]
    expect(turnOf({ before: [], waves: bad, soakMs: 0, now: NOW })).toMatchObject({
      waitingFor: 'wave eu, asia',
      message: 'Waits for an earlier wave (eu, asia): on eu it is Degraded.',
      waitsOn: ['database/prod/eu', 'database/prod/asia'],
    })
    expect(turnOf({ before: bad.slice(0, 1), waves: bad, soakMs: 0, now: NOW })).toMatchObject({
      waitingFor: 'database',
      message: 'Waits for database, which the order puts before it: database: it is Degraded.',
    })
  })

  test.each<[number, number | undefined, number | undefined]>([
    [60_000, 60_000, undefined],
    [60_000, 59_999, 1],
    [60_000, 0, 60_000],
    [60_000, undefined, 60_000],
    [0, undefined, undefined],
  ])('a soak of %i ms, healthy for %s: again in %s', (soakMs, healthyFor, againInMs) => {
    const { healthySince: _, ...rest } = status()
    const since = healthyFor === undefined ? rest : { ...rest, healthySince: ago(healthyFor) }
    const waves = [
      { target: rest.target, status: since, renderDigest: 'new' },
      precedent({ healthySince: ago(3_600_000) }, {}, 'asia'),
    ]
    const wait = turnOf({ before: [], waves, soakMs, now: NOW })
    if (againInMs === undefined) expect(wait).toBeUndefined()
    else
      expect(wait).toMatchObject({
        code: 'WAVE_WAITS',
        againInMs,
        waitsOn: ['database/prod/eu'],
        waitingFor: 'wave eu',
      })
  })

  test('it never has its turn while one of those before is not Healthy, and never waits for one that is not named', () => {
    const health = fc.constantFrom('Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown')
    const one = fc
      .record({ health, renderDigest: fc.constantFrom('new', 'old') })
      .map((change) => precedent(change as Partial<TargetStatus>))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), fc.array(one, { maxLength: 4 }), (before, waves) => {
        const wait = turnOf({ before, waves, soakMs: 0, now: NOW })
        const well = [...before, ...waves].every(
          ({ status: known }) => known?.health === 'Healthy' && known.renderDigest === 'new',
        )
        expect(wait === undefined).toBe(well)
      }),
    )
  })
})
