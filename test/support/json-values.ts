import fc from 'fast-check'
import type { Json, JsonObject } from '../../src/model/json.ts'

/** Everything a render can hold: integers of any size, numbers, odd texts and names of members. */
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((value) => {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((value) => value + 0),
)

const name = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', 'constructor', 'toString', '0', ''))

/** Members are the object's own, whatever they are called. */
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 4 })
      .map((members) => Object.fromEntries(members) as JsonObject),
  ),
}))

export const jsonValues: fc.Arbitrary<Json> = value
