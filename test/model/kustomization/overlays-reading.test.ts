import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { overlayInputs } from '../../../src/model/kustomization/inputs.ts'
import { overlaysReading } from '../../../src/model/kustomization/overlays-reading.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'

const DIRECTORIES = ['a', 'b', 'c', 'd', 'linked', 'gone'] as const
const directory = fc.constantFrom(...DIRECTORIES)
const lines = fc.uniqueArray(
  fc.oneof(
    directory.map((name) => `resources: [../${name}]`),
    directory.map((name) => `components: [../${name}]`),
    fc.constantFrom('crds: [file.yaml]', 'patches: [{path: missing.yaml}]', 'nameſuffix: x'),
  ),
  { maxLength: 3 },
)
const plugins = directory.map((name) => `transformers: [../${name}]`)
const kustomization = fc
  .tuple(lines, fc.option(plugins, { freq: 6 }))
  .map(([fields, plugin]) => [...fields, plugin ?? ''].join('\n'))
const tree = fc
  .record({ a: kustomization, b: kustomization, c: kustomization, d: kustomization })
  .map((kustomizations) =>
    Object.entries(kustomizations).flatMap(([name, text]) => [
      [`${name}/kustomization.yaml`, text] as const,
      [`${name}/file.yaml`, ''] as const,
    ]),
  )
  .map((files) => treeWithLinks({ ...Object.fromEntries(files), 'elsewhere/file': '' }, { linked: 'b' }))

/** The slow way: every overlay's inputs by themselves. */
async function readersOneByOne(all: Parameters<typeof overlayInputs>[0], changed: ReadonlySet<string>) {
  const reads = async (overlay: string) => (await overlayInputs(all, overlay)).files.some((file) => changed.has(file))
  const answers = await Promise.all(DIRECTORIES.map(reads))
  return DIRECTORIES.filter((_, index) => answers[index])
}

test('overlays that read a changed path are those that have it among their inputs, whatever builds on whatever', async () => {
  const paths = [...'abcd'].flatMap((name) => [`${name}/kustomization.yaml`, `${name}/file.yaml`])
  const changed = fc.uniqueArray(fc.constantFrom(...paths, 'linked', 'elsewhere/file'), { minLength: 1, maxLength: 2 })
  let read = 0
  await fc.assert(
    fc.asyncProperty(tree, changed, async (all, list) => {
      const set = new Set(list)
      const expected = await readersOneByOne(all, set)
      read += expected.length
      expect([...(await overlaysReading(all, DIRECTORIES, set))].sort()).toEqual([...expected].sort())
    }),
    { numRuns: 500 },
  )
  expect(read).toBeGreaterThan(500)
})
