import { describe, expect, test } from '@jest/globals'
import { LockstepError } from '../../src/model/errors.ts'
import { parseManifests, renderDigest } from '../../src/model/parse-manifests.ts'

const configMap = (name: string, rest = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`

describe('parseManifests', () => {
  test('reads the objects of a render with their keys', () => {
    const text = [configMap('a', '  namespace: shop\n'), 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b}\n']
    expect(parseManifests(text.join('---\n')).map((manifest) => manifest.key)).toEqual([
      { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' },
      { group: 'apps', version: 'v1', kind: 'Deployment', name: 'b' },
    ])
  })

  test('tells text from numbers by the quotes', () => {
    const [manifest] = parseManifests(
      configMap('a', 'data:\n  tag: "1.20"\n  on: \'off\'\n  num: 1.20\n  off: |\n    1\n'),
    )
    expect(manifest?.body.data).toEqual({ tag: '1.20', true: 'off', false: '1\n', num: 1.2 })
  })

  test('keeps integers beyond the safe range', () => {
    const [manifest] = parseManifests(configMap('a', 'data: {big: 9007199254740993}\n'))
    expect(manifest?.body.data).toEqual({ big: 9007199254740993n })
  })

  test('decodes what kustomize prints as !!binary', () => {
    const [manifest] = parseManifests(configMap('a', 'data:\n  raw: !!binary |\n    aGk=\n'))
    expect(manifest?.body.data).toEqual({ raw: 'hi' })
  })

  test('a key named __proto__ is data', () => {
    const [manifest] = parseManifests(configMap('a', 'data:\n  __proto__: {x: y}\n'))
    expect(Object.keys(manifest?.body.data as object)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('flattens lists, also nested ones, and skips empty documents', () => {
    const text = `---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- ${configMap('a').replaceAll('\n', '\n  ')}
- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n`
    expect(parseManifests(text).map((manifest) => manifest.key.name)).toEqual(['a', 'b'])
  })

  test('an empty render has no objects', () => {
    expect(parseManifests('')).toEqual([])
  })

  test.each([
    ['no kind', 'apiVersion: v1\nmetadata: {name: a}\n', 'MANIFEST_INCOMPLETE', 'kind'],
    ['no name', 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n', 'MANIFEST_INCOMPLETE', 'metadata.name'],
    ['no apiVersion', 'kind: Pod\nmetadata: {name: a}\n', 'MANIFEST_INCOMPLETE', 'apiVersion'],
    ['a number for a name', 'apiVersion: v1\nkind: Pod\nmetadata: {name: 12}\n', 'MANIFEST_INCOMPLETE', 'not text'],
    ['a list for a document', '- a\n', 'MANIFEST_INCOMPLETE', 'not an object'],
    ['the same object twice', `${configMap('a')}---\n${configMap('a')}`, 'MANIFEST_DUPLICATE', 'ConfigMap/a'],
    ['a repeated key', configMap('a', 'kind: Secret\n'), 'MANIFEST_SYNTAX', 'line 5'],
    ['an alias', configMap('a', 'data: {a: &x {}, b: *x}\n'), 'MANIFEST_SYNTAX', 'alias'],
    ['a number JSON cannot hold', configMap('a', 'spec: {n: .inf}\n'), 'MANIFEST_SYNTAX', '.inf'],
    [
      'a line break that YAML readers do not agree on',
      configMap('a', "data: {a: 'x\u2028  y'}\n"),
      'MANIFEST_SYNTAX',
      'U+2028',
    ],
    ['text that is no YAML', 'a: [', 'MANIFEST_SYNTAX', 'line 1'],
    [
      'deep nesting',
      configMap('a', `data: ${'{a: '.repeat(600)}1${'}'.repeat(600)}\n`),
      'MANIFEST_SYNTAX',
      'too deeply',
    ],
    ['endless nesting', '['.repeat(200_000), 'MANIFEST_SYNTAX', 'call stack'],
  ])('refuses %s', (_case, text, code, part) => {
    const error = thrownBy(() => parseManifests(text))
    expect(error.code).toBe(code)
    expect(error.message).toContain(part)
    expect(error.problems[0]?.remedy).not.toBe('')
  })

  test('names every object that is incomplete, not only the first', () => {
    expect(thrownBy(() => parseManifests('kind: A\n---\nkind: B\n')).problems).toHaveLength(2)
  })
})

describe('renderDigest', () => {
  const digest = (text: string) => renderDigest(parseManifests(text))

  test('does not depend on the order of objects or keys', () => {
    const a = configMap('a', 'data: {x: "1", y: "2"}\n')
    const reordered = 'kind: ConfigMap\ndata: {y: "2", x: "1"}\nmetadata: {name: a}\napiVersion: v1\n'
    expect(digest(`${a}---\n${configMap('b')}`)).toBe(digest(`${configMap('b')}---\n${reordered}`))
  })

  test('changes with any value, and with a value’s type', () => {
    const texts = ['{x: "1"}', '{x: 1}', '{x: "2"}', '{}', '{x: null}', '{x: [1, 2]}', '{x: [2, 1]}']
    expect(new Set(texts.map((data) => digest(configMap('a', `data: ${data}\n`)))).size).toBe(texts.length)
  })
})

function thrownBy(run: () => unknown): LockstepError {
  try {
    run()
  } catch (error) {
    if (error instanceof LockstepError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
