import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import { overlayInputs } from '../../../src/model/kustomization/inputs.ts'
import type { Renderer } from '../../../src/model/renderer.ts'
import { type FileChange, memoryTree, overlayTree, type Tree } from '../../../src/model/tree.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, plainBuild } from '../../support/kustomize.ts'

let binary: string
let renderer: Renderer
const scratch = temporaryDirectory()

beforeAll(async () => {
  binary = await kustomizeForTests()
  renderer = createKustomizeRenderer({ binary })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => scratch.remove())

const DIRECTORIES = ['prod', 'prod/sub', 'base', 'lib'] as const
const NAMES = ['a.yaml', 'b.yaml', 'c.txt', 'kustomization.yaml', 'kustomization.yml'] as const

const object = fc
  .tuple(fc.constantFrom('ConfigMap', 'Thing'), fc.constantFrom('one', 'two', 'three'), fc.nat(9))
  .map(([kind, name, n]) => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\ndata: {n: "${n}"}\n`)
const jsonPatch = fc.nat(9).map((n) => `- {op: add, path: /metadata/labels, value: {n: "${n}"}}\n`)
const settings = fc.nat(9).map((n) => `k=${n}\n`)

const file = fc.constantFrom('a.yaml', 'b.yaml', 'c.txt', 'sub/a.yaml', './c.txt')
const directory = fc.constantFrom('sub', '../base', '../lib', '../prod/sub')
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2 })
const plugin = (path: string) =>
  `{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, path: ${path}, target: {kind: Thing}}`
const kustomization = fc
  .record({
    resources: fc.uniqueArray(fc.oneof(directory, fc.constant('a.yaml')), { maxLength: 2 }),
    patches: maybe(file.map((path) => [{ path, target: { kind: 'Thing' } }])),
    configMapGenerator: maybe(file.map((path) => [{ name: 'made', files: [`key=${path}`] }])),
    secretGenerator: maybe(file.map((env) => [{ name: 'secret', env }])),
    namePrefix: maybe(fc.constantFrom('x-', 'y-')),
    transformers: maybe(file.map((path) => [plugin(path)])),
  })
  .map((fields) => Object.entries(fields).filter(([, value]) => value !== null))
  .map((fields) => JSON.stringify(Object.fromEntries(fields)))

const path = fc.tuple(fc.constantFrom(...DIRECTORIES), fc.constantFrom(...NAMES)).map((parts) => parts.join('/'))
const content = (name: string) => (/kustomization/.test(name) ? kustomization : fc.oneof(object, jsonPatch, settings))
const change: fc.Arbitrary<FileChange> = path.chain((name) =>
  fc
    .oneof({ weight: 9, arbitrary: content(name) }, { weight: 1, arbitrary: fc.constant(null) })
    .map((text) => ({ path: name, content: text })),
)

/** A tree whose overlay builds more often than not. */
const start = fc
  .record({
    base: object,
    lib: object,
    sub: jsonPatch,
    b: jsonPatch,
    c: settings,
    prod: kustomization,
    edits: fc.array(change, { maxLength: 2 }),
  })
  .map(({ base, lib, sub, b, c, prod, edits }) => {
    const tree = memoryTree({
      'prod/kustomization.yaml': prod,
      'prod/a.yaml': 'apiVersion: v1\nkind: Thing\nmetadata: {name: own}\n',
      'prod/b.yaml': b,
      'prod/c.txt': c,
      'prod/sub/a.yaml': sub,
      'base/kustomization.yaml': '{"resources": ["a.yaml"], "namePrefix": "base-"}',
      'base/a.yaml': base,
      'lib/kustomization.yaml': '{"resources": ["b.yaml"], "namePrefix": "lib-"}',
      'lib/b.yaml': lib,
    })
    return overlayTree(
      tree,
      edits.filter((edit) => edit.content !== null),
    )
  })

/** The render's text, or undefined when it cannot be built. */
async function plain(tree: Tree): Promise<string | undefined> {
  const directory = temporaryDirectory()
  try {
    return await plainBuild(binary, tree, 'prod', directory.path)
  } catch {
    return undefined
  } finally {
    directory.remove()
  }
}

async function inputIds(tree: Tree): Promise<string> {
  const [{ files }, entries] = await Promise.all([overlayInputs(tree, 'prod'), tree.entries()])
  return files.map((file) => `${file} ${entries.get(file)?.id}`).join('\n')
}

test('whatever is edited: a render that changes has a changed input', async () => {
  let changed = 0
  await fc.assert(
    fc.asyncProperty(start, fc.array(change, { minLength: 1, maxLength: 3 }), async (before, edits) => {
      const after = overlayTree(before, edits)
      const [a, b] = await Promise.all([plain(before), plain(after)])
      if (a === b) return
      changed += 1
      expect(await inputIds(after)).not.toBe(await inputIds(before))
    }),
    { numRuns: 250 },
  )
  expect(changed).toBeGreaterThan(20)
}, 120_000)

test('whatever the tree: a render is what kustomize build prints, and it refuses only what kustomize refuses', async () => {
  let built = 0
  await fc.assert(
    fc.asyncProperty(start, async (tree) => {
      const expected = await plain(tree)
      const ours = await renderer.render(tree, 'prod').then(
        (render) => render.text,
        (error) => {
          if (error instanceof LockstepError) return error.code.startsWith('MANIFEST_') ? expected : undefined
          throw error
        },
      )
      if (expected !== undefined) built += 1
      expect(ours).toBe(expected)
    }),
    { numRuns: 150 },
  )
  expect(built).toBeGreaterThan(20)
}, 120_000)
