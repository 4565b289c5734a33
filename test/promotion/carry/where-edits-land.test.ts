import { describe, expect, test } from '@jest/globals'
import { findOverlays } from '../../../src/config/layout.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { planPromotion } from '../../../src/promotion/carry/plan.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const D = 'apps/shop/overlays/dev'
const S = 'apps/shop/overlays/staging'
const K = 'kustomization.yaml'

/** Contents of the files that a promotion from dev to staging changes. */
async function promoted(files: Record<string, string>): Promise<Record<string, string | null>> {
  const config = threeEnvironments()
  const tree = memoryTree(files)
  const sources = await readSources(tree, await findOverlays(config, tree))
  const plan = await planPromotion(sources, { config, application: 'shop', from: 'dev', to: 'staging' })
  return Object.fromEntries(plan.files.map(({ path, content }) => [path, content]))
}

describe('charts that a generator inflates', () => {
  const chart = (version: string) =>
    `kind: HelmChartInflationGenerator\nmetadata:\n  name: cache\nname: cache\nversion: ${version} # pinned\n`

  test('their version is carried in the file of the generator', async () => {
    const files = {
      [`${D}/${K}`]: 'generators: [cache.yaml]\n',
      [`${D}/cache.yaml`]: chart('1.2.0'),
      [`${S}/${K}`]: 'generators:\n- cache.yaml\n',
      [`${S}/cache.yaml`]: chart('1.1.0'),
    }
    expect(await promoted(files)).toEqual({ [`${S}/cache.yaml`]: chart('1.2.0') })
  })

  test('a chart that moved into helmCharts is the same chart', async () => {
    const files = {
      [`${D}/${K}`]: 'helmCharts:\n- name: cache\n  version: 1.2.0\n',
      [`${S}/${K}`]: 'generators: [cache.yaml]\n',
      [`${S}/cache.yaml`]: chart('1.1.0'),
    }
    expect(await promoted(files)).toEqual({ [`${S}/cache.yaml`]: chart('1.2.0') })
  })

  test('other generators, missing files and ones written in place are left alone', async () => {
    const files = {
      [`${D}/${K}`]: 'generators: [cache.yaml]\n',
      [`${D}/cache.yaml`]: chart('1.2.0'),
      [`${S}/${K}`]: 'generators: [secrets.yaml, gone.yaml, "kind: Other\\nversion: 1"]\n',
      [`${S}/secrets.yaml`]: 'kind: SopsSecretGenerator\nname: cache\nversion: [not a version\n',
    }
    expect(await promoted(files)).toEqual({})
  })
})
