import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LiveObject } from '../../src/model/cluster.ts'
import { parseResourceId } from '../../src/model/resource-key.ts'
import { toLiveRecord } from '../../src/reconcile/live/live-record.ts'
import type { StaleObject } from '../../src/reconcile/pass/sync-plan.ts'
import { decidePrune } from '../../src/reconcile/prune/prune-guards.ts'

const OURS = '0123456789abcdef'
const rules = { label: OURS, limit: 10, confirmed: false, revision: 'c0ffee' }

interface Facts {
  readonly id?: string
  readonly label?: string | undefined
  readonly annotation?: string | undefined
  readonly uid?: string
  readonly liveUid?: string
  readonly gone?: boolean
}

function stale({
  id = '/ConfigMap/shop/a',
  label = OURS,
  annotation,
  uid = 'u',
  liveUid = 'u',
  gone,
}: Facts): StaleObject {
  const live: LiveObject = {
    metadata: {
      uid: liveUid,
      labels: { 'lockstep.dev/target': label },
      annotations: { 'lockstep.dev/prune': annotation },
    },
  }
  return { id, record: { key: parseResourceId(id, 'v1'), uid }, ...(!gone && { live: toLiveRecord(live) }) }
}

describe('what left Git', () => {
  test.each<[string, Facts, 'remove' | 'forget' | string]>([
    ['an ordinary object', {}, 'remove'],
    ['one that is gone', { gone: true }, 'forget'],
    ['one of another target', { label: 'fedcba9876543210' }, 'forget'],
    ['one without a label', { label: '' }, 'forget'],
    ['one made again by somebody', { liveUid: 'other' }, 'PRUNE_NOT_OURS'],
    ['one annotated to stay', { annotation: 'disabled' }, 'PRUNE_DISABLED'],
    ['a Namespace', { id: '/Namespace//shop' }, 'PRUNE_PROTECTED'],
    ['a claim on a volume', { id: '/PersistentVolumeClaim/shop/data' }, 'PRUNE_PROTECTED'],
    ['a volume', { id: '/PersistentVolume//data' }, 'PRUNE_PROTECTED'],
    ['a definition', { id: 'apiextensions.k8s.io/CustomResourceDefinition//w' }, 'PRUNE_PROTECTED'],
    ['an annotated Namespace', { id: '/Namespace//shop', annotation: 'allowed' }, 'remove'],
    [
      'a Namespace made again by somebody',
      { id: '/Namespace//shop', annotation: 'allowed', liveUid: 'x' },
      'PRUNE_NOT_OURS',
    ],
  ])('%s', (_title, facts, expected) => {
    const decision = decidePrune([stale(facts)], rules)
    const said = [
      ...decision.remove.map(() => 'remove'),
      ...decision.forget.map(() => 'forget'),
      ...decision.keep.map(({ code }) => code),
    ]
    expect(said).toEqual([expected])
  })

  test('one too many, and none is removed; the problem names all, the limit and the commit', () => {
    const objects = ['a', 'b', 'c'].map((name) => stale({ id: `/ConfigMap/shop/${name}` }))
    const decision = decidePrune(objects, { ...rules, limit: 2 })
    expect(decision.remove).toEqual([])
    expect(decision.problems).toMatchObject([
      { code: 'PRUNE_LIMIT', remedy: expect.stringContaining('/confirm-prune c0ffee') },
    ])
    expect(decision.problems[0]?.message).toContain('3 objects left Git, more than the limit of 2')
    expect(decidePrune(objects, { ...rules, limit: 2, confirmed: true }).remove).toHaveLength(3)
    expect(decidePrune(objects, { ...rules, limit: 3 }).remove).toHaveLength(3)
  })
})

const anyFacts = fc.record({
  id: fc.constantFrom(
    '/ConfigMap/shop/a',
    '/Namespace//shop',
    'apps/Deployment/shop/web',
    '/PersistentVolumeClaim/shop/d',
  ),
  label: fc.constantFrom(OURS, 'fedcba9876543210'),
  annotation: fc.constantFrom(undefined, 'disabled', 'allowed', 'nonsense'),
  liveUid: fc.constantFrom('u', 'other'),
  gone: fc.boolean(),
})

test('whatever left Git: each object has one fate, and nothing unsafe is removed', () => {
  fc.assert(
    fc.property(fc.array(anyFacts, { maxLength: 8 }), fc.nat(5), fc.boolean(), (facts, limit, confirmed) => {
      const objects = facts.map(stale)
      const { remove, keep, forget } = decidePrune(objects, { ...rules, limit, confirmed })
      expect([...remove, ...forget, ...keep.map(({ object }) => object)]).toHaveLength(objects.length)
      if (!confirmed) expect(remove.length).toBeLessThanOrEqual(limit)
      for (const object of remove) {
        const { label, annotation, liveUid, gone } = facts[objects.indexOf(object)] as (typeof facts)[number]
        expect({ label, liveUid, gone }).toEqual({ label: OURS, liveUid: 'u', gone: false })
        expect(annotation).not.toBe('disabled')
        if (/Namespace|Persistent/.test(object.id)) expect(annotation).toBe('allowed')
      }
    }),
  )
})
