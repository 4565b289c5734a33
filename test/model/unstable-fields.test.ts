import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../src/model/json.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { manifestOf } from '../../src/model/parse-manifests.ts'
import { settled, settledDigest, UNSTABLE, unstableFields, unstableLabels } from '../../src/model/unstable-fields.ts'

const object = (name: string, more: JsonObject = {}, kind = 'ConfigMap') =>
  manifestOf({ apiVersion: 'v1', kind, metadata: { name }, ...more })

describe('what two renders of the same inputs do not share', () => {
  test.each([
    ['a value', { data: { a: '1', b: '2' } }, { data: { a: '1', b: '3' } }, ['ConfigMap/x .data.b']],
    ['an item', { list: [1, { a: 2 }] }, { list: [1, { a: 3 }] }, ['ConfigMap/x .list[1].a']],
    ['a list of another length', { list: [1] }, { list: [1, 2] }, ['ConfigMap/x .list']],
    ['a map with other members', { data: { a: '1' } }, { data: { b: '1' } }, ['ConfigMap/x .data']],
    ['another type', { data: { a: '1' } }, { data: 'text' }, ['ConfigMap/x .data']],
    ['nothing', { data: { a: '1' } }, { data: { a: '1' } }, []],
  ])('is %s', (_, one, other, labels) => {
    const before = [object('x', one)]
    expect(unstableLabels(before, unstableFields(before, [object('x', other)]))).toEqual(labels)
  })

  test('is the name of an object that is there under another one', () => {
    const [one, other] = ['a', 'b'].map((suffix) => [object('x'), object(`test-${suffix}`, {}, 'Pod')])
    const unstable = unstableFields(one ?? [], other ?? [])
    expect(unstableLabels(one ?? [], unstable)).toEqual(['Pod/test-a .metadata.name'])
    expect(settled(one ?? [], unstable).map(({ key }) => key.name)).toEqual(['x', UNSTABLE])
  })

  test('is an object that is not always there', () => {
    const one = [object('x'), object('y')]
    const unstable = unstableFields(one, [object('x')])
    expect(unstableLabels(one, unstable)).toEqual(['ConfigMap/y'])
    expect(settled(one, unstable)).toEqual([object('x')])
  })
})

describe('without it', () => {
  const value = fc.oneof(
    fc.constantFrom('same', 'also'),
    fc.integer({ min: 0, max: 3 }),
    fc.array(fc.integer({ max: 2, min: 0 }), { maxLength: 3 }),
  )
  const objects = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      data: fc.dictionary(fc.constantFrom('k', 'l', 'm'), value),
    }),
    { selector: ({ name }) => name },
  )
  const manifests = objects.map((list) => list.map(({ name, data }) => object(name, { data: data as JsonObject })))

  test('both renders are the same, wherever they differed', () => {
    fc.assert(
      fc.property(manifests, manifests, (one, other) => {
        const forth = unstableFields(one, other)
        const back = unstableFields(other, one)
        const paired = one.length === other.length
        if (!paired) return
        expect(settledDigest(one, forth)).toBe(settledDigest(other, back))
        expect(diffManifests(settled(one, forth), settled(other, back))).toEqual([])
      }),
    )
  })

  test('a render that differs nowhere is what it was', () => {
    fc.assert(
      fc.property(manifests, (one) => {
        expect(unstableFields(one, structuredClone(one))).toEqual([])
        expect(settled(one, [])).toBe(one)
      }),
    )
  })
})
