import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseHealthExpression } from '../../src/config/health-expression.ts'
import type { JsonObject } from '../../src/model/json.ts'

const READY = {
  apiVersion: 'x.io/v1',
  kind: 'Thing',
  metadata: { name: 'a', generation: 3, labels: { tier: 'web' } },
  spec: { replicas: 2, listeners: [{ name: 'http' }, { name: 'https' }] },
  status: {
    phase: 'Running',
    ready: 2,
    conditions: [{ type: 'Ready', status: 'True' }],
    listeners: [{ name: 'https' }, { name: 'http' }],
  },
}
const ask = (text: string, object: JsonObject = READY) => {
  const parsed = parseHealthExpression(text)
  return 'fault' in parsed ? parsed.fault : parsed.holds(object)
}

describe('an expression about a live object', () => {
  test.each<[string, boolean]>([
    ["status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", true],
    ["status.conditions.exists(c, c.type == 'Ready' && c.status == 'False')", false],
    ['status.ready == spec.replicas', true],
    ['status.ready + 1 > spec.replicas', true],
    ['status.ready / 2 == 1', true],
    ["status.phase in ['Running', 'Done']", true],
    ['has(status.failure)', false],
    ["has(status.failure) || status.phase == 'Running'", true],
    ['spec.listeners.all(l, status.listeners.exists(s, s.name == l.name))', true],
    ["status.conditions.filter(c, c.type == 'Ready').size() == 1", true],
    ["metadata.labels['tier'] == 'web' && kind == 'Thing' && apiVersion.startsWith('x.io/')", true],
    ['object.metadata.generation == 3', true],
    ["spec.listeners.all(l, status.listeners.exists(s, spec.listeners.exists(m, m.name in ['http', 'https'])))", true],
    ['size(status.listeners) == 2', true],
  ])('%s is %s', (text, expected) => {
    expect(ask(text)).toBe(expected)
  })

  test.each([
    'status.missing.field == 1',
    'status.conditions.all(c, c.missing)',
    'status.phase > 1',
    'int(status.phase) > 1',
    'spec.replicas / (spec.replicas - 2) > 0',
    'status.phase.exists(c, c == 1)',
    'status.phase',
  ])('what cannot be answered is no: %s', (text) => {
    expect(ask(text)).toBe(false)
  })

  test.each([
    {},
    { status: null },
    { status: [] },
    { status: 'x', spec: 3, metadata: true },
  ] as JsonObject[])('of an object that is not as expected: %j', (object) => {
    expect(ask('has(status.phase) && spec.replicas > 1', object)).toBe(false)
  })
})

describe('an expression reads nothing but its object, and comes to an end', () => {
  test.each([
    'metadata.constructor.name == "Object"',
    "metadata['__proto__'] != null",
    'status.toString != null',
    'has(object.constructor)',
    "object['constructor'] != null",
  ])('%s finds nothing', (text) => {
    expect(ask(text)).toBe(false)
  })

  test.each([
    ['globalThis == null', /Unknown variable: globalThis/],
    ['process.exit(1)', /Unknown variable: process/],
    ["status.phase.matches('(a+)+$')", /calls \.matches\(\)/],
    ['status.conditions.map(c, c.type) == []', /calls \.map\(\)/],
    ["cel.bind(a, 'x', a == a)", /calls \.bind\(\)/],
    ['spec.a.all(a, spec.b.all(b, spec.c.all(c, spec.d.all(d, true))))', /more than 3 loops/],
    ['spec.a.all(a, spec.b.all(b, spec.c.all(c, a == b)))', /more than 3 loops/],
    [Array(400).fill('true').join(' && '), /not a valid expression/],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, /not a valid expression/],
    ["bytes('a') == b'a'", /calls bytes\(\)/],
    ['1', /must say yes or no/],
    ['', /not a valid expression/],
  ])('%s is refused', (text, why) => {
    expect(ask(text)).toMatch(why)
  })

  test('loops over lists that are too long are not begun', () => {
    const items = Array.from({ length: 5_000 }, (_, index) => index)
    expect(ask('spec.a.all(x, spec.a.exists(y, x > y))', { spec: { a: items } })).toBe('too-large')
    expect(ask('spec.a.all(x, x >= 0)', { spec: { a: items } })).toBe(true)
  })
})

test('whatever the object or the text: an answer, never an exception', () => {
  const words = [
    'status',
    'spec.a',
    '.all(x, x.b)',
    '&&',
    '||',
    '!',
    '(',
    ')',
    ' == ',
    "'a'",
    '1',
    '1.5',
    '[0]',
    '+',
    '/',
    'null',
    '?',
    ':',
    'has(',
    'size(',
    '.b',
  ]
  const text = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string(),
  )
  const known = fc.constantFrom(
    "status.all(c, c.type == 'Ready')",
    'status.b.c[0] > spec.a',
    'size(spec.a) + status.b == 1',
    'status in spec.a',
  )
  fc.assert(
    fc.property(
      fc.oneof(text, known),
      fc.dictionary(fc.constantFrom('spec', 'status', 'metadata', 'kind'), fc.jsonValue()),
      (one, object) => {
        expect(['boolean', 'string']).toContain(typeof ask(one, object as JsonObject))
      },
    ),
    { numRuns: 500 },
  )
})
