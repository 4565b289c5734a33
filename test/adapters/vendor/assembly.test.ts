import { describe, expect, test } from '@jest/globals'
import { Assembly, type Suppliers } from '../../../src/adapters/vendor/assembly.ts'
import type { OpenedChart } from '../../../src/model/charts.ts'
import { overlayInputs } from '../../../src/model/kustomization/inputs.ts'
import { memoryTree, type Tree } from '../../../src/model/tree.ts'

const COMMIT = '1234567890123456789012345678901234567890'
const FILE = 'prod/kustomization.yaml'

/** Puts together `prod` with remote trees by repository. */
async function assemble(tree: Tree, remotes: Record<string, Tree>, charts: Partial<OpenedChart> = {}) {
  const suppliers: Suppliers = {
    async openRemote({ address }) {
      return { tree: remotes[address.repository] as Tree, commit: COMMIT, pinned: false }
    },
    openChart: async () => ({ files: new Map(), digest: 'sha256:1', version: '1.0.0', pinned: true, ...charts }),
  }
  const assembly = new Assembly(suppliers)
  await assembly.add({ tree, below: '', depth: 0 }, 'prod', await overlayInputs(tree, 'prod'))
  const completed = await assembly.completed()
  return { ...completed, paths: [...(await completed.tree.entries()).keys()].sort() }
}

const text = async (tree: Tree, path: string) => (await tree.read([path])).get(path)?.toString()

describe('what was put together', () => {
  test('has a single file of GitHub beside its kustomization, where kustomize may read it', async () => {
    const url = 'https://raw.githubusercontent.com/acme/app/v1/deploy/all.yaml'
    const tree = memoryTree({ [FILE]: `resources: [${url}]\n`, 'other.yaml': 'x' })
    const { tree: composed, paths } = await assemble(tree, {
      'github.com/acme/app': memoryTree({ 'deploy/all.yaml': 'kind: List\n', 'deploy/more.yaml': 'x' }),
    })
    const placed = `prod/.lockstep/files/${COMMIT}/deploy/all.yaml`
    expect(paths).toEqual([placed, FILE])
    expect(await text(composed, placed)).toBe('kind: List\n')
    expect(await text(composed, FILE)).toBe(`{"resources":[".lockstep/files/${COMMIT}/deploy/all.yaml"]}`)
    expect((await overlayInputs(composed, 'prod')).problems).toEqual([])
  })

  test('holds only the files that the build reads, under ids that tell their content', async () => {
    const remote = memoryTree({
      'redis/kustomization.yaml': 'resources: [cm.yaml]\n',
      'redis/cm.yaml': 'kind: ConfigMap\n',
      'redis/notes.md': 'x',
    })
    const tree = memoryTree({
      [FILE]: 'bases: [github.com/acme/bases/redis]\nnamePrefix: a-\n',
      'prod/unused.yaml': 'x',
    })
    const { tree: composed, paths, resolutions } = await assemble(tree, { 'github.com/acme/bases': remote })
    const below = `.lockstep/remote/bases-${COMMIT}/redis`
    expect(paths).toEqual([`${below}/cm.yaml`, `${below}/kustomization.yaml`, FILE])
    expect((await composed.entries()).get(`${below}/cm.yaml`)?.id).toBe(
      (await remote.entries()).get('redis/cm.yaml')?.id,
    )
    expect(await text(composed, FILE)).toBe(`{"bases":["../${below}"],"namePrefix":"a-"}`)
    expect(resolutions).toEqual([
      {
        kind: 'base',
        reference: 'github.com/acme/bases/redis',
        file: FILE,
        line: 1,
        content: COMMIT,
        pinned: false,
      },
    ])
  })

  test('has charts where kustomize looks for them, also those of a remote base', async () => {
    const chart = 'helmCharts:\n- { name: redis, version: 1.0.0, repo: "https://charts.example.com" }\n'
    const tree = memoryTree({ [FILE]: `resources: [github.com/acme/bases/redis]\n${chart}` })
    const remotes = { 'github.com/acme/bases': memoryTree({ 'redis/kustomization.yaml': chart }) }
    const files = new Map([['Chart.yaml', { mode: '100644' as const, content: Buffer.from('name: redis\n') }]])
    const { paths, charts } = await assemble(tree, remotes, { files })
    expect(charts).toBe(true)
    expect(paths.filter((path) => path.endsWith('Chart.yaml'))).toEqual([
      `.lockstep/remote/bases-${COMMIT}/redis/charts/redis-1.0.0/redis/Chart.yaml`,
      'prod/charts/redis-1.0.0/redis/Chart.yaml',
    ])
  })

  test('is refused where one of the files is not there', async () => {
    const tree = memoryTree({ [FILE]: '\nresources: [https://raw.githubusercontent.com/acme/app/v1/gone.yaml]\n' })
    await expect(assemble(tree, { 'github.com/acme/app': memoryTree({ 'a.yaml': '' }) })).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: 'OVERLAY_MISSING_FILE', file: FILE, line: 2 })],
    })
  })

  test('is refused where the repository itself has files at the reserved place', async () => {
    const tree = memoryTree({
      [FILE]: 'resources: [.lockstep/a.yaml, github.com/acme/bases/redis]\n',
      'prod/.lockstep/a.yaml': '',
    })
    await expect(assemble(tree, {})).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: 'RESERVED_PATH', file: 'prod/.lockstep/a.yaml' })],
    })
  })
})
