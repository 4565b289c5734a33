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

const PATHS = ['prod', 'base', 'lib', 'prod/sub'] as const
const NAMES = ['a.yaml', 'b.yaml', 'c.txt', 'kustomization.yaml', 'kustomization.yml'] as const

const object = fc
  .tuple(fc.constantFrom('ConfigMap', 'Thing'), fc.constantFrom('one', 'two', 'three'), fc.nat(9))
  .map(([kind, name, n]) => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\ndata: {n: "${n}"}\n`)

const reference = fc.constantFrom(
  'a.yaml',
  'b.yaml',
  'c.txt',
  'sub',
  'sub/a.yaml',
  '../base',
  '../lib',
  './a.yaml',
  '../prod/sub',
)
const list = fc.uniqueArray(reference, { maxLength: 2 })
const kustomization = fc
  .record({
    resources: list,
    components: fc.option(list, { freq: 6 }),
    patches: fc.option(
      reference.map((path) => [{ path }]),
      { freq: 5 },
    ),
    configMapGenerator: fc.option(
      list.map((files) => [{ name: 'made', files }]),
      { freq: 3 },
    ),
    secretGenerator: fc.option(
      reference.map((env) => [{ name: 'secret', env }]),
      { freq: 5 },
    ),
    namePrefix: fc.option(fc.constantFrom('x-', 'y-')),
    crds: fc.option(list, { freq: 8 }),
    transformers: fc.option(
      reference.map((path) => [
        `{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, path: ${path}, target: {kind: Thing}}`,
      ]),
      { freq: 6 },
    ),
  })
  .map((fields) => JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))))

const path = fc.tuple(fc.constantFrom(...PATHS), fc.constantFrom(...NAMES)).map((parts) => parts.join('/'))
const content = (name: string) => (/kustomization/.test(name) ? kustomization : fc.oneof(object, fc.constant('k=v\n')))
const change: fc.Arbitrary<FileChange> = path.chain((name) =>
  fc
    .oneof({ weight: 4, arbitrary: content(name) }, { weight: 1, arbitrary: fc.constant(null) })
    .map((text) => ({ path: name, content: text })),
)

/** A tree whose overlay builds more often than not. */
const start = fc
  .record({ base: object, lib: object, prod: fc.array(change, { maxLength: 6 }) })
  .map(({ base, lib, prod }) => {
    const tree = memoryTree({
      'prod/kustomization.yaml': '{"resources": ["../base", "a.yaml"]}',
      'prod/a.yaml': 'apiVersion: v1\nkind: Thing\nmetadata: {name: own}\n',
      'base/kustomization.yaml': '{"resources": ["a.yaml"], "namePrefix": "base-"}',
      'base/a.yaml': base,
      'lib/kustomization.yaml': '{"resources": ["b.yaml"], "namePrefix": "lib-"}',
      'lib/b.yaml': lib,
    })
    return overlayTree(
      tree,
      prod.filter((edit) => edit.content !== null),
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
    { numRuns: 150 },
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
