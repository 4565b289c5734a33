import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import type { Json, JsonObject } from '../../../src/model/json.ts'
import { jsonForYaml } from '../../../src/model/json-for-yaml.ts'
import { parseManifests } from '../../../src/model/parse-manifests.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, plainBuild } from '../../support/kustomize.ts'

let binary: string
const scratch = temporaryDirectory()

beforeAll(async () => {
  binary = await kustomizeForTests()
  writeFileSync(join(scratch.path, 'kustomization.yaml'), 'resources: [a.json]\n')
}, KUSTOMIZE_SETUP_MS)
afterAll(() => scratch.remove())

/** Texts that YAML readers take for something else, when they stand without quotes. */
const tricky = fc.constantFrom(
  'on',
  'y',
  'N',
  'null',
  '~',
  '',
  ' ',
  '0644',
  '0o7',
  '1_000',
  '1:30',
  '1e3',
  '.5',
  '0x1F',
  '2026-01-01',
  '<<',
  '=',
  '-',
  '? a',
  'a: b',
  '# c',
  '*x',
  '&x',
  '!x',
  '|',
  '>',
  '%a',
  '@a',
  '`a',
  '"',
  "'",
  '{}',
  '[]',
  'a\nb',
  'a\n',
  '\n',
  '\ta',
  ' a ',
  'é',
  '日本',
  '\u0085',
  '\u2028',
  '😀',
  '\x7f',
  '---',
  '...',
)
/** Left out: what kustomize cannot print, and the line breaks that are refused. */
const text = fc
  .oneof(tricky, fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 8 }))
  .filter((value) => !/[\u007f-\u009f\u2028\u2029]/.test(value))
const scalar: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((value) => value + 0),
)
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(
      text.filter((key) => key !== '' && key !== '<<'),
      tie('value'),
      { minKeys: 1, maxKeys: 4 },
    ),
  ),
}))

test('every value comes out of kustomize as it went in', () => {
  fc.assert(
    fc.property(value, (spec) => {
      const body = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, spec }
      writeFileSync(join(scratch.path, 'a.json'), jsonForYaml(body))
      const { status, stdout } = spawnSync(binary, ['build', '.'], { cwd: scratch.path })
      // Control characters are more than kustomize itself can print.
      fc.pre(status === 0)
      expect(exact(parseManifests(stdout.toString())[0]?.body.spec)).toEqual(exact(spec))
    }),
    { numRuns: 300 },
  )
}, 60_000)

test('every text of a kustomization reaches kustomize as it was written', async () => {
  const renderer = createKustomizeRenderer({ binary })
  await fc.assert(
    fc.asyncProperty(text, text, async (annotation, patched) => {
      const patch = stringify([{ op: 'add', path: '/data', value: { patched } }])
      const kustomization = {
        resources: ['a.yaml'],
        commonAnnotations: { annotation },
        patches: [{ patch, target: { kind: 'ConfigMap' } }],
      }
      const tree = memoryTree({
        'kustomization.yaml': stringify(kustomization, { version: '1.1' }),
        'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
      })
      const directory = temporaryDirectory()
      const expected = await plainBuild(binary, tree, '.', directory.path).catch(() => undefined)
      directory.remove()
      const render = await renderer.render(tree, '.').catch((error) => error)
      if (expected !== undefined) expect(render ?? 'refused').toMatchObject({ text: expected })
    }),
    { numRuns: 150 },
  )
}, 60_000)

/** A number is a number, however it is held. */
function exact(json: Json | undefined): unknown {
  if (typeof json === 'bigint') return Number.isSafeInteger(Number(json)) ? Number(json) : json
  if (Array.isArray(json)) return json.map((item) => exact(item as Json))
  if (typeof json !== 'object' || json === null) return json
  return new Map(
    Object.keys(json)
      .sort()
      .map((key) => [key, exact((json as JsonObject)[key])] as const),
  )
}
