import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  isIntact,
  PACKED_FORMAT,
  packRender,
  unpackRender,
} from '../../../../src/adapters/kustomize/render-cache/packed-render.ts'
import { toRender } from '../../../../src/adapters/kustomize/to-render.ts'
import { manifestOf, renderDigest } from '../../../../src/model/parse-manifests.ts'
import { jsonValues } from '../../../support/json-values.ts'

const text = `apiVersion: example.com/v1
kind: Thing
metadata:
  name: é
  namespace: shop
spec: {big: 9007199254740993, huge: 18446744073709551615, odd: 1e17, half: 0.5, on: "on", __proto__: {a: 1}}
`
const render = toRender(text, 'overlay')

describe('a packed render', () => {
  test('comes out as what parsing the text gives, to the last digit', () => {
    const { manifests, digest, text: same } = unpackRender(packRender(render))
    expect({ manifests, digest, text: same }).toEqual(render)
    expect(manifests[0]?.body.spec).toMatchObject({ big: 9007199254740993n, huge: 18446744073709551615n })
  })

  test('comes out as it went in, whatever its objects hold', () => {
    const objects = fc.array(fc.tuple(jsonValues, fc.string({ unit: 'grapheme', minLength: 1 })), { maxLength: 4 })
    fc.assert(
      fc.property(objects, fc.string({ unit: 'grapheme' }), (specs, output) => {
        const manifests = specs.map(([spec, name]) =>
          manifestOf({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name }, spec }),
        )
        const given = { text: output, manifests, digest: renderDigest(manifests) }
        const packed = packRender(given)
        const { text: same, manifests: read, digest } = unpackRender(packed)
        expect(isIntact(packed)).toBe(true)
        expect({ text: same, manifests: read, digest }).toEqual(given)
        expect(renderDigest(read)).toBe(given.digest)
      }),
    )
  })

  test('tells when a byte of it is missing, added or another', () => {
    const packed = packRender(render)
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(packed)
        damaged[at] = (damaged[at] ?? 0) ^ change
        expect(isIntact(damaged)).toBe(false)
        expect(isIntact(packed.subarray(0, at))).toBe(false)
        expect(isIntact(Buffer.concat([packed, Buffer.from([change])]))).toBe(false)
      }),
    )
  })

  test('of another format has another key: raise PACKED_FORMAT when this sample changes', () => {
    const odd =
      '{apiVersion: v1, kind: Odd, metadata: {name: a}, a: 010, b: 1e17, c: on, d: "on", e: 0xffffffffffffffff}\n'
    const packed = packRender(toRender(odd, 'overlay')).toString()
    expect([PACKED_FORMAT, packed.slice(64)]).toEqual([
      3,
      ` 9301327c193beaa92b8ee762b494f51f28b7288feb6d47d339b61caef0fa5426 130 []
[{"apiVersion":"v1","kind":"Odd","metadata":{"name":"a"},"a":8,"b":100000000000000000,"c":true,"d":"on","e":18446744073709551615}]${odd}`,
    ])
  })
})
