import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FoundDrift } from '../../src/reconcile/drift/drift.ts'
import { HealMemory } from '../../src/reconcile/heal/heal-memory.ts'

const MINUTE = 60_000
const web = { label: '0123456789abcdef', id: 'apps/Deployment/shop/web', renderHash: 'one' }
const field = (path: string, manager = 'kubectl'): FoundDrift => {
  return { object: 'Deployment/web', path, desired: '2', live: '5', manager }
}
const replicas = [field('.spec.replicas')]

/** Healed at these times. */
function healedAt(...times: number[]): HealMemory {
  const memory = new HealMemory()
  for (const time of times) memory.healed(web, replicas, time)
  return memory
}

describe('drift of one object', () => {
  test('is put back at once, then 2 s and 6 s after the last time', () => {
    expect(healedAt().decide(web, replicas, 0)).toEqual({ decision: 'heal' })
    expect(healedAt(0).decide(web, replicas, 500)).toEqual({ decision: 'wait', waitMs: 1_500 })
    expect(healedAt(0).decide(web, replicas, 2_000)).toEqual({ decision: 'heal' })
    expect(healedAt(0, 2_000).decide(web, [field('.spec.paused')], 3_000)).toEqual({ decision: 'wait', waitMs: 5_000 })
  })

  test('of the same field by the same writer for the third time in ten minutes is contended, and stays it', () => {
    const memory = healedAt(0, MINUTE)
    const fight = { decision: 'contended', fields: replicas }
    expect(memory.decide(web, replicas, 9 * MINUTE)).toEqual(fight)
    expect(memory.decide(web, replicas, 60 * MINUTE)).toEqual(fight)
    expect(memory.isContended(web, field('.spec.replicas'))).toBe(true)
    expect(memory.isContended(web, field('.spec.paused'))).toBe(false)
  })

  test.each<[string, FoundDrift[], number]>([
    ['another field', [field('.spec.paused')], 8 * MINUTE],
    ['another writer', [field('.spec.replicas', 'somebody')], 8 * MINUTE],
    ['more than ten minutes later', replicas, 12 * MINUTE],
  ])('is no fight over %s', (_title, drift, now) => {
    expect(healedAt(0, MINUTE).decide(web, drift, now)).toEqual({ decision: 'heal' })
  })

  test('one field that is fought over leaves the others of that object alone too: they are applied together', () => {
    const both = [...replicas, field('.spec.paused')]
    expect(healedAt(0, MINUTE).decide(web, both, 8 * MINUTE)).toEqual({ decision: 'contended', fields: replicas })
  })

  test('starts anew when a person asks, and when Git wants something else of the object', () => {
    const asked = healedAt(0, MINUTE)
    asked.decide(web, replicas, 2 * MINUTE)
    asked.forgive(web)
    expect(asked.decide(web, replicas, 2 * MINUTE)).toEqual({ decision: 'heal' })
    const changed = healedAt(0, MINUTE)
    changed.decide(web, replicas, 2 * MINUTE)
    expect(changed.decide({ ...web, renderHash: 'two' }, replicas, 2 * MINUTE)).toEqual({ decision: 'heal' })
  })

  test('of another object or target has its own turn', () => {
    const memory = healedAt(0, MINUTE)
    expect(memory.decide({ ...web, id: 'apps/Deployment/shop/api' }, replicas, MINUTE)).toEqual({ decision: 'heal' })
    expect(memory.decide({ ...web, label: 'fedcba9876543210' }, replicas, MINUTE)).toEqual({ decision: 'heal' })
  })
})

describe('what is remembered', () => {
  const objects = ['a', 'b', 'c'].map((id) => ({ ...web, id }))
  const event = fc.record({
    object: fc.constantFrom(...objects),
    hash: fc.constantFrom('one', 'one', 'one', 'two'),
    drift: fc.subarray([field('.spec.replicas'), field('.spec.paused'), field('.spec.replicas', 'somebody')], {
      minLength: 1,
    }),
    afterMs: fc.oneof(fc.nat(20_000), fc.nat(12 * MINUTE), fc.nat(70 * MINUTE)),
  })

  test('is forgotten without changing a decision', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const shared = new HealMemory()
        // One for each object is never told of another, so it forgets only when that object itself is healed.
        const apart = new Map(objects.map(({ id }) => [id, new HealMemory()]))
        let now = 0
        for (const { object, hash, drift, afterMs } of events) {
          now += afterMs
          const one = { ...object, renderHash: hash }
          const own = apart.get(one.id) as HealMemory
          const decision = shared.decide(one, drift, now)
          expect(decision).toEqual(own.decide(one, drift, now))
          for (const entry of drift) expect(shared.isContended(one, entry)).toBe(own.isContended(one, entry))
          if (decision.decision !== 'heal') continue
          shared.healed(one, drift, now)
          own.healed(one, drift, now)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('is what still decides something: an object that is quiet for long is not in it', () => {
    const memory = new HealMemory()
    for (let i = 0; i < 100; i++) memory.healed({ ...web, id: `old-${i}` }, replicas, i)
    const fought = { ...web, id: 'fought' }
    for (const time of [0, MINUTE]) memory.healed(fought, replicas, time)
    memory.decide(fought, replicas, 2 * MINUTE)
    memory.healed(web, replicas, 29 * MINUTE)
    expect(memory.size).toBe(102)
    memory.healed(web, replicas, 40 * MINUTE)
    expect(memory.size).toBe(2)
    expect(memory.decide(fought, replicas, 24 * 60 * MINUTE)).toMatchObject({ decision: 'contended' })
  })
})
