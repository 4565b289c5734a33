import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LiveObject } from '../../src/model/cluster.ts'
import { parseResourceId } from '../../src/model/resource-key.ts'
import type { PruneWord } from '../../src/reconcile/inventory/inventory.ts'
import { toLiveRecord } from '../../src/reconcile/live/live-record.ts'
import type { ExaminedObject, Finding } from '../../src/reconcile/prune/examined-object.ts'
import { decidePrune } from '../../src/reconcile/prune/prune-guards.ts'

const OURS = '0123456789abcdef'
const rules = { label: OURS, limit: 10, confirmed: false, revision: 'c0ffee' }
const OTHER = { application: 'payments', environment: 'prod', cluster: 'eu' }

interface Facts {
  readonly id?: string
  readonly label?: string | undefined
  readonly annotation?: string | undefined
  readonly uid?: string | undefined
  readonly liveUid?: string
  readonly gone?: boolean
  readonly git?: PruneWord
  readonly found?: true
  readonly by?: string
  readonly owner?: string
  readonly disabled?: boolean
  readonly deletion?: string
  readonly finding?: Finding
}

function stale(facts: Facts): ExaminedObject {
  const { id = '/ConfigMap/shop/a', git, found, gone, finding } = facts
  const uid = 'uid' in facts ? facts.uid : 'u'
  return {
    id,
    record: {
      key: parseResourceId(id, 'v1'),
      ...(uid && { uid }),
      ...(git && { prune: git }),
      ...(found && { found }),
    },
    ...(!gone && { live: toLiveRecord(liveObject(facts)) }),
    ...(finding && { finding }),
  }
}

function liveObject({ label = OURS, annotation, liveUid = 'u', by = 'lockstep', ...facts }: Facts): LiveObject {
  const annotations = {
    'lockstep.dev/prune': annotation,
    'lockstep.dev/reconcile': facts.disabled ? 'disabled' : undefined,
  }
  return {
    metadata: {
      uid: liveUid,
      labels: { 'lockstep.dev/target': label },
      annotations,
      managedFields: [{ manager: by, operation: 'Apply', fieldsV1: { 'f:data': { 'f:key': {} } } }],
      ownerReferences: facts.owner ? [{ kind: 'ReplicaSet', name: facts.owner }] : undefined,
      deletionTimestamp: facts.deletion,
      finalizers: facts.deletion ? ['example.dev/hold'] : undefined,
    },
  }
}

describe('what left Git', () => {
  test.each<[string, Facts, string]>([
    ['an ordinary object', {}, 'remove'],
    ['one that was written ahead and may not be ours', { uid: undefined }, 'remove'],
    ['one that is gone', { gone: true }, 'forget'],
    ['one of another target', { label: 'fedcba9876543210' }, 'forget'],
    ['one without a label', { label: '' }, 'forget'],
    ['one that exists without our label', { gone: true, finding: { code: 'released' } }, 'forget'],
    ['one that may not be read', { gone: true, finding: { code: 'unreadable', message: 'no' } }, 'PRUNE_UNREADABLE'],
    ['one of a kind that nobody serves', { gone: true, finding: { code: 'kind-unknown' } }, 'PRUNE_KIND_UNKNOWN'],
    ['one made again by somebody', { liveUid: 'other' }, 'PRUNE_NOT_OURS'],
    ['one that somebody else made with our label', { uid: undefined, by: 'operator' }, 'PRUNE_NOT_OURS'],
    ['one that a controller made with our label', { uid: undefined, owner: 'web-1' }, 'PRUNE_NOT_OURS'],
    ['one annotated to stay', { annotation: 'disabled' }, 'PRUNE_DISABLED'],
    ['one that Git last annotated to stay', { git: 'disabled' }, 'PRUNE_DISABLED'],
    ['whatever else its annotation says', { git: 'disabled', annotation: 'allowed' }, 'PRUNE_DISABLED'],
    ['one that is to be left alone', { disabled: true }, 'PRUNE_DISABLED'],
    ['one that is being deleted', { deletion: '2026-01-05T12:00:00Z' }, 'PRUNE_DELETING'],
    ['one that another overlay has now', { finding: { code: 'claimed', by: OTHER } }, 'hand-over'],
    ['one that may be in an overlay that does not build', { finding: { code: 'unsure', by: OTHER } }, 'PRUNE_UNSURE'],
    ['even a Namespace', { id: '/Namespace//shop', finding: { code: 'claimed', by: OTHER } }, 'hand-over'],
    ['one known by its label alone', { found: true }, 'PRUNE_UNCONFIRMED'],
    ['a Namespace', { id: '/Namespace//shop' }, 'PRUNE_PROTECTED'],
    ['a claim on a volume', { id: '/PersistentVolumeClaim/shop/data' }, 'PRUNE_PROTECTED'],
    ['a volume', { id: '/PersistentVolume//data' }, 'PRUNE_PROTECTED'],
    ['a definition', { id: 'apiextensions.k8s.io/CustomResourceDefinition//w' }, 'PRUNE_PROTECTED'],
    ['a Namespace annotated on the live object', { id: '/Namespace//shop', annotation: 'allowed' }, 'remove'],
    ['a Namespace annotated last in Git', { id: '/Namespace//shop', git: 'allowed' }, 'remove'],
    [
      'a Namespace that holds objects of others',
      { id: '/Namespace//shop', git: 'allowed', finding: { code: 'in-use', by: ['Secret/token'] } },
      'PRUNE_IN_USE',
    ],
    [
      'a Namespace made again by somebody',
      { id: '/Namespace//shop', annotation: 'allowed', liveUid: 'x' },
      'PRUNE_NOT_OURS',
    ],
  ])('%s', (_title, facts, expected) => {
    expect(fatesOf([stale(facts)], rules)).toEqual([expected])
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

  test('what is known by its label alone is asked for in one sentence, and removed once confirmed', () => {
    const objects = ['a', 'b'].map((name) => stale({ id: `/ConfigMap/shop/${name}`, found: true }))
    expect(decidePrune(objects, rules).problems).toMatchObject([
      { code: 'PRUNE_UNCONFIRMED', remedy: expect.stringContaining('/confirm-prune c0ffee') },
    ])
    expect(fatesOf(objects, { ...rules, confirmed: true })).toEqual(['remove', 'remove'])
  })

  test('a deletion that lasts is told with its finalizer and since when', () => {
    const [problem] = decidePrune([stale({ deletion: '2026-01-05T12:00:00Z' })], rules).problems
    expect(problem?.message).toBe(
      'ConfigMap/a left Git and is being deleted since 2026-01-05T12:00:00Z and waits for example.dev/hold.',
    )
  })
})

function fatesOf(objects: readonly ExaminedObject[], by: typeof rules): string[] {
  const { remove, forget, handOver, keep } = decidePrune(objects, by)
  const plain = { remove, forget, 'hand-over': handOver }
  return [...Object.entries(plain).flatMap(([fate, those]) => those.map(() => fate)), ...keep.map(({ code }) => code)]
}

const anyFacts = fc.record({
  id: fc.constantFrom(
    '/ConfigMap/shop/a',
    '/Namespace//shop',
    'apps/Deployment/shop/web',
    '/PersistentVolumeClaim/shop/d',
  ),
  label: fc.constantFrom(OURS, 'fedcba9876543210'),
  annotation: fc.constantFrom(undefined, 'disabled', 'allowed', 'nonsense'),
  uid: fc.constantFrom('u', undefined),
  liveUid: fc.constantFrom('u', 'other'),
  gone: fc.boolean(),
  by: fc.constantFrom('lockstep', 'operator'),
})

test('whatever left Git: each object has one fate, and nothing unsafe is removed', () => {
  fc.assert(
    fc.property(fc.array(anyFacts, { maxLength: 8 }), fc.nat(5), fc.boolean(), (facts, limit, confirmed) => {
      const objects = facts.map(stale)
      const { remove, keep, forget } = decidePrune(objects, { ...rules, limit, confirmed })
      expect([...remove, ...forget, ...keep.map(({ object }) => object)]).toHaveLength(objects.length)
      if (!confirmed) expect(remove.length).toBeLessThanOrEqual(limit)
      for (const object of remove) {
        const { label, annotation, uid, liveUid, gone, by } = facts[objects.indexOf(object)] as (typeof facts)[number]
        expect({ label, gone, by }).toEqual({ label: OURS, gone: false, by: 'lockstep' })
        expect(annotation).not.toBe('disabled')
        if (uid) expect(liveUid).toBe(uid)
        if (/Namespace|Persistent/.test(object.id)) expect(annotation).toBe('allowed')
      }
    }),
  )
})
