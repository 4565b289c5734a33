import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule } from '../../../src/config/repository-config.ts'
import { memoryTree, overlayTree, type Tree } from '../../../src/model/tree.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { planPromotion } from '../../../src/promotion/carry/plan.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, plainBuild } from '../../support/kustomize.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'
import { STYLES } from '../../support/yaml-styles.ts'

const temporary = temporaryDirectory('lockstep-styles')
let kustomize: string
beforeAll(async () => {
  kustomize = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

const BASE = {
  'apps/shop/base/kustomization.yaml': 'resources: [job.yaml]\n',
  'apps/shop/base/job.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: shop }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - { name: app, image: shop }
      - { name: proxy, image: proxy }
`,
}
const RULES: CarryRule[] = [
  { kind: 'images' },
  { kind: 'path', path: 'commonAnnotations' },
  { kind: 'path', path: 'labels' },
  { kind: 'path', path: 'configMapGenerator[name=settings]' },
]

const version = fc.constantFrom('v1', '1.10', '1e3', '0755', '0x1f', '20261121', '1_000', 'on', 'null', '.5-rc')
const said = fc.oneof(
  version,
  fc.constantFrom('a: b', '# no', "it's", 'two\nlines', '{x}', '- a', '', 'ünï', ' padded '),
)
const pairs = (value: fc.Arbitrary<string>) =>
  fc.dictionary(fc.constantFrom('team', 'tier', 'shop.example/part-of'), value, { minKeys: 1 })
const image = (name: string) => fc.record({ name: fc.constant(name), newTag: version })
const overlay = fc.record({
  resources: fc.constant(['../../base']),
  images: fc.tuple(image('shop'), image('proxy')),
  commonAnnotations: pairs(said),
  labels: fc.tuple(fc.record({ pairs: pairs(fc.constantFrom('a', 'v1', '1.10', '0755', 'true')) })),
  configMapGenerator: fc.tuple(
    fc.record({
      name: fc.constant('settings'),
      literals: fc.uniqueArray(fc.constantFrom('A=1', 'B=on', "C=it's", 'D=a: b', 'E=two words'), { minLength: 1 }),
    }),
  ),
})

async function promote(tree: Tree): Promise<Tree> {
  const config = threeEnvironments({ carry: RULES })
  const sources = await readSources(tree, await findOverlays(config, tree))
  const { files } = await planPromotion(sources, { config, application: 'shop', from: 'dev', to: 'staging' })
  return overlayTree(tree, files)
}

let built = 0
/** Undefined where kustomize takes a value for something else than the text it is meant to be. */
async function render(tree: Tree, environment: string): Promise<string | undefined> {
  const directory = join(temporary.path, `build-${built++}`)
  mkdirSync(directory)
  return plainBuild(kustomize, tree, `apps/shop/overlays/${environment}`, directory).catch(() => undefined)
}

describe('an environment of which everything is carried', () => {
  test.each(Object.keys(STYLES))('renders in kustomize what its source does, written as %s', async (into) => {
    await fc.assert(
      fc.asyncProperty(overlay, overlay, fc.constantFrom(...Object.keys(STYLES)), async (dev, staging, from) => {
        const file = (environment: string) => `apps/shop/overlays/${environment}/kustomization.yaml`
        const tree = memoryTree({
          ...BASE,
          [file('dev')]: STYLES[from]?.(dev) ?? '',
          [file('staging')]: STYLES[into]?.(staging) ?? '',
        })
        const wanted = await render(tree, 'dev')
        fc.pre(wanted !== undefined && (await render(tree, 'staging')) !== undefined)
        expect(await render(await promote(tree), 'staging')).toBe(wanted)
      }),
      { numRuns: 3, maxSkipsPerRun: 30 },
    )
  })
})
