import { describe, expect, test } from '@jest/globals'
import { memoryTree, type Tree } from '../../src/model/tree.ts'
import { affectedOverlays } from '../../src/preview/affected-overlays.ts'
import { patchedTree } from '../../src/preview/patched-tree.ts'
import { deploymentText, shopFiles } from '../support/preview-world.ts'

const OVERLAYS = ['checkout', 'search'].flatMap((application) =>
  ['dev', 'prod'].map((environment) => ({
    application,
    environment,
    path: `apps/${application}/overlays/${environment}`,
  })),
)

async function affected(change: Record<string, string | undefined>, base: Record<string, string | undefined> = {}) {
  const sides = [base, { ...base, ...change }].map((files) => memoryTree(shopFiles(files)))
  const [before, after] = sides.map((tree) => ({ tree, overlays: OVERLAYS })) as [Side, Side]
  return (await affectedOverlays(before, after)).map(({ overlay }) => `${overlay.application}/${overlay.environment}`)
}
type Side = { tree: Tree; overlays: typeof OVERLAYS }

describe('an overlay is affected by exactly what it reads', () => {
  test.each<[string, Record<string, string | undefined>, string[]]>([
    ['nothing changed', {}, []],
    ['a file nobody reads', { 'apps/checkout/base/notes.md': 'x' }, []],
    ['its own file', { 'apps/checkout/overlays/dev/deployment.yaml': deploymentText('x', 1) }, ['checkout/dev']],
    ['its base', { 'apps/search/base/service.yaml': deploymentText('x', 1) }, ['search/dev', 'search/prod']],
    ['a file of its base gone', { 'apps/search/base/service.yaml': undefined }, ['search/dev', 'search/prod']],
    [
      'the configuration',
      { '.lockstep.yaml': 'version: 1 # other\n' },
      ['checkout/dev', 'checkout/prod', 'search/dev', 'search/prod'],
    ],
  ])('%s', async (_, change, expected) => {
    expect(await affected(change)).toEqual(expected)
  })

  test('a file that was missing and comes', async () => {
    const base = { 'apps/search/base/service.yaml': undefined }
    expect(await affected({ 'apps/search/base/service.yaml': 'x' }, base)).toEqual(['search/dev', 'search/prod'])
  })

  test('an overlay that comes or goes, and on which side it is', async () => {
    const tree = memoryTree(shopFiles())
    const head = memoryTree(shopFiles({ 'README.md': 'x' }))
    const [first, ...rest] = OVERLAYS
    const found = await affectedOverlays({ tree, overlays: rest }, { tree: head, overlays: OVERLAYS.slice(0, 3) })
    expect(found).toEqual([
      { overlay: first, inBase: false, inHead: true },
      { overlay: OVERLAYS[3], inBase: true, inHead: false },
    ])
  })
})

test('a work tree on top of a merge keeps what others merged', async () => {
  const merged = memoryTree({ a: 'merged', b: 'merged', c: 'merged' })
  const work = memoryTree({ a: 'mine', b: 'old', d: 'new' })
  const tree = patchedTree(merged, new Set(['a', 'c', 'd']), work)
  expect([...(await tree.entries()).keys()].sort()).toEqual(['a', 'b', 'd'])
  const contents = await tree.read(['a', 'b', 'c', 'd'])
  expect(new Map([...contents].map(([path, content]) => [path, content.toString()]))).toEqual(
    new Map([
      ['b', 'merged'],
      ['a', 'mine'],
      ['d', 'new'],
    ]),
  )
})
