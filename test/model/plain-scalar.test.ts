import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseJson, printJson } from '../../src/model/json.ts'
import { plainScalar } from '../../src/model/plain-scalar.ts'

describe('an unquoted scalar means what sigs.k8s.io/yaml reads', () => {
  test.each([
    ['on', true],
    ['y', true],
    ['No', false],
    ['oN', 'oN'],
    ['', null],
    ['~', null],
    ['NULL', null],
    ['0644', 420],
    ['0o644', 420],
    ['08', 8],
    ['-0x1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['1.20', 1.2],
    ['1e3', 1000],
    ['.5', 0.5],
    ['+12', 12],
    ['1:30', '1:30'],
    ['190:20:30', '190:20:30'],
    ['2026-01-01', '2026-01-01'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['18446744073709551616', 18446744073709552000n],
    ['+18446744073709551615', 18446744073709552000n],
    ['1e17', 100000000000000000n],
    ['1e21', 1e21],
    ['-0.0', 0],
    ['1e999', '1e999'],
    ['v1.2', 'v1.2'],
    ['1.2.3', '1.2.3'],
    ['-', '-'],
    ['.', '.'],
    ['<<', '<<'],
    ['.inf', undefined],
    ['-.INF', undefined],
    ['.NaN', undefined],
    ['0x1p-2', '0x1p-2'],
  ])('%j is %p', (text, value) => {
    expect(plainScalar(text)).toEqual(value)
  })

  test('every 64-bit integer stays exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        expect(BigInt(plainScalar(String(value)) as number | bigint)).toBe(value)
      }),
    )
  })

  test('every number is what its JSON is read as', () => {
    const float = fc.double({ noNaN: true, noDefaultInfinity: true })
    const exponent = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 15 })).map(([digits, e]) => `${digits}e${e}`)
    fc.assert(
      fc.property(fc.oneof(float.map(String), exponent, fc.bigInt().map(String)), (text) => {
        const value = plainScalar(text)
        expect(parseJson(printJson({ value }))).toEqual({ value })
      }),
    )
  })
})
