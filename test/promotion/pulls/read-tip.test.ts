import { describe, expect, test } from '@jest/globals'
import { loadRepositoryConfig } from '../../../src/config/load.ts'
import type { Mirror } from '../../../src/model/mirror.ts'
import { memoryTree, type Tree } from '../../../src/model/tree.ts'
import { readTip } from '../../../src/promotion/pulls/read-tip.ts'

const CONFIG = `
version: 1
overlays: apps/{app}/{environment}
environments: [{ name: dev, cluster: dev }]
`
const KUSTOMIZATION = 'resources: []\n'
const ONE = { '.lockstep.yaml': CONFIG, 'apps/cart/dev/kustomization.yaml': KUSTOMIZATION }
const TWO = { ...ONE, 'apps/checkout/dev/kustomization.yaml': KUSTOMIZATION }

/** A mirror of these commits, that counts which trees it gave. */
function mirrorOf(commits: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const read: string[] = []
  const tree = async (commit: string): Promise<Tree> => {
    read.push(commit)
    return memoryTree(commits[commit] ?? {})
  }
  return { read, ports: { mirror: { tree } as Mirror, loadConfig: loadRepositoryConfig } }
}

describe('the files of the tip', () => {
  test('are read once for all who ask at the same time or later', async () => {
    const { ports, read } = mirrorOf({ one: ONE })
    const [first, second] = await Promise.all([readTip(ports, 'one'), readTip(ports, 'one')])
    expect(first?.overlays.map(({ application }) => application)).toEqual(['cart'])
    expect([second, await readTip(ports, 'one')]).toEqual([first, first])
    expect(read).toEqual(['one'])
  })

  test('are read anew when the tip moved, and when it moved back', async () => {
    const { ports } = mirrorOf({ one: ONE, two: TWO })
    const counts = []
    for (const tip of ['one', 'two', 'one']) counts.push((await readTip(ports, tip))?.overlays.length)
    expect(counts).toEqual([1, 2, 1])
  })

  test('of one repository are not those of another at a commit of the same name', async () => {
    const [one, other] = [mirrorOf({ tip: ONE }), mirrorOf({ tip: TWO })]
    expect((await readTip(one.ports, 'tip'))?.overlays).toHaveLength(1)
    expect((await readTip(other.ports, 'tip'))?.overlays).toHaveLength(2)
  })

  test('that could not be read are tried again', async () => {
    const { ports, read } = mirrorOf({ one: ONE })
    let fails = true
    const loadConfig: typeof loadRepositoryConfig = async (tree) => {
      if (fails) throw new Error('the disk is full')
      return loadRepositoryConfig(tree)
    }
    await expect(readTip({ ...ports, loadConfig }, 'one')).rejects.toThrow('the disk is full')
    fails = false
    expect((await readTip({ ...ports, loadConfig }, 'one'))?.overlays).toHaveLength(1)
    expect(read).toEqual(['one', 'one'])
  })

  test('are nothing without a configuration', async () => {
    const { ports } = mirrorOf({ one: { 'README.md': 'hello' } })
    expect(await readTip(ports, 'one')).toBeUndefined()
  })
})
