import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { LockstepError } from '../../src/model/errors.ts'
import type { Json } from '../../src/model/json.ts'
import { parseLocatedYaml, readCompletely } from '../../src/model/located-yaml.ts'
import { readPlainDocuments } from '../../src/model/plain-documents.ts'
import { readDocuments } from '../../src/model/yaml-documents.ts'

const AS_PRINTED = `apiVersion: v1
data:
  app.yaml: |
    server:
      port: 8080

    # a comment of the file
  empty: ""
  keep: |+
    a

  on: "on"
  strip: |-
    one
      two
  url: http://example.com:80/#x
kind: ConfigMap
metadata:
  annotations: {}
  name: settings-2456789bcd
---
apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 9007199254740993
  template:
    spec:
      containers:
      - args:
        - --name=$(POD)
        - 'true'
        - |
          script
        env: []
        image: registry.example.com/web:1.0
        name: web
      - name: other
      volumes: null
`

test('what kustomize prints is read at once', () => {
  const documents = readPlainDocuments(AS_PRINTED)?.map(({ read, line }) => ({ line, value: read() }))
  expect(documents).toEqual(readDocuments(AS_PRINTED).map(({ read, line }) => ({ line, value: read() })))
  expect(documents?.[1]).toMatchObject({
    line: 22,
    value: { spec: { replicas: 9007199254740993n, template: { spec: { volumes: null } } } },
  })
})

const tame = fc.constantFrom('name', 'web', 'http://a:80', 'x-y', '10m', 'two words', 'a\nb\n', '5432', 'yes', '$(A)')
const tricky = fc.constantFrom(
  '',
  '~',
  '0o17',
  'a: b',
  '- a',
  '# c',
  'a #b',
  "it's",
  '"',
  '---',
  '\n',
  'a\n\nb',
  ' a',
  'é😀',
  '{',
  '|',
  '-',
  '<<',
)
const text = fc.oneof(
  { weight: 12, arbitrary: tame },
  { weight: 2, arbitrary: tricky },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
)
const key = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'kind', 'b-c', 'd.e/f', '1', 'on') },
  { weight: 1, arbitrary: text },
)
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.constantFrom<Json>(null, true, 1, -2.5, 1e21),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
}))
const printed = fc
  .tuple(fc.array(fc.dictionary(key, value, { minKeys: 1, maxKeys: 3 }), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([documents, indentSeq]) =>
    documents.map((one) => stringify(one, { indentSeq, lineWidth: 0, version: '1.1' })).join('---\n'),
  )
const edit = fc.record({
  at: fc.nat({ max: 400 }),
  cut: fc.nat({ max: 2 }),
  insert: fc.constantFrom(
    '',
    ' ',
    '  ',
    '\n',
    ':',
    ': ',
    '- ',
    '"',
    "'",
    '|',
    '#',
    ' #',
    '{',
    '}',
    '\t',
    '\\',
    '*a',
    '&a ',
    '---\n',
    'x',
    '\r',
    '!t ',
  ),
})

test('whatever is read plainly, a complete reader reads the same', () => {
  let plain = 0
  fc.assert(
    fc.property(printed, fc.array(edit, { maxLength: 2 }), (original, edits) => {
      const edited = editedText(original, edits)
      const documents = readPlainDocuments(edited)
      if (!documents || /[\u0085\u2028\u2029]/.test(edited)) return
      plain += 1
      expect(documents.map(({ read }) => read())).toEqual(read(edited))
    }),
    { numRuns: 6000 },
  )
  expect(plain).toBeGreaterThan(1000)
})

const commented = fc
  .tuple(printed, fc.array(fc.record({ at: fc.nat({ max: 40 }), indent: fc.nat({ max: 6 }) }), { maxLength: 3 }))
  .map(([text, comments]) =>
    comments
      .reduce(
        (lines, { at, indent }) => lines.toSpliced(at % lines.length, 0, `${' '.repeat(indent)}# said: "so" - [x]`),
        text.split('\n'),
      )
      .join('\n'),
  )

test('whatever is read plainly with its places, a complete reader reads the same, at the same places', () => {
  let plain = 0
  fc.assert(
    fc.property(commented, fc.array(edit, { maxLength: 2 }), (original, edits) => {
      const edited = editedText(original, edits)
      const located = outcomeOf(() => parseLocatedYaml(edited))
      expect(located).toEqual(outcomeOf(() => readCompletely(edited)))
      if (Array.isArray(located)) plain += 1
    }),
    { numRuns: 6000 },
  )
  expect(plain).toBeGreaterThan(1000)
})

function editedText(original: string, edits: readonly { at: number; cut: number; insert: string }[]): string {
  return edits.reduce((text, { at, cut, insert }) => {
    const place = at % (text.length + 1)
    return text.slice(0, place) + insert + text.slice(place + cut)
  }, original)
}

function outcomeOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return `${error}`
  }
}

function read(text: string): unknown {
  try {
    return readDocuments(text).map((document) => document.read())
  } catch (error) {
    return error instanceof LockstepError ? error.problems : error
  }
}
