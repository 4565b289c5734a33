import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { parseLocatedYaml, toJson, YamlFault } from '../../src/model/located-yaml.ts'

const read = (text: string) => parseLocatedYaml(text).map(toJson)

describe('aliases', () => {
  test('stand for the last anchor of that name before them, also where the same name comes again', () => {
    const text = 'a: &x { p: &y 1 }\nb: &y 2\nc: *x\nd: *y\ne: &x 3\nf: *x\n'
    expect(read(text)).toEqual([{ a: { p: 1 }, b: 2, c: { p: 1 }, d: 2, e: 3, f: 3 }])
  })

  test('are read as other readers read them, whatever stands where', () => {
    const part = fc.oneof(
      fc.tuple(fc.constantFrom('x', 'y'), fc.nat(9)).map(([name, value]) => `&${name} v${value}`),
      fc.constantFrom('*x', '*y', '&x [*y, *x]', '&y [*x]', '&x { k: &y in }'),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = ['- &x one', '- &y two', ...parts.map((value) => `- ${value}`)].join('\n')
        const expected = attempt(() => [parse(text, { maxAliasCount: -1 })])
        // What contains itself is refused here, and cannot be compared.
        const ours = attempt(() => read(text))
        if (ours !== undefined) expect(ours).toEqual(expected)
      }),
    )
  })

  test('are found at once, however many there are', () => {
    expect(read(`[&a x${', *a'.repeat(40_000)}]`)[0]).toHaveLength(40_001)
  })

  test('that have no anchor are refused where they stand', () => {
    expect(() => read('a: b\nc: *x\n')).toThrow(YamlFault)
  })
})

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
