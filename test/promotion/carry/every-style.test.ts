import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isMap, isScalar, type Node, type Pair, parse, parseDocument } from 'yaml'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule } from '../../../src/config/repository-config.ts'
import { memoryTree, overlayTree, type Tree } from '../../../src/model/tree.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../../../src/promotion/carry/plan.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'
import { STYLES } from '../../support/yaml-styles.ts'

const D = 'apps/shop/overlays/dev/kustomization.yaml'
const S = 'apps/shop/overlays/staging/kustomization.yaml'

const NASTY = [
  '1.10',
  '1e3',
  '0755',
  '0o7',
  '0x1f',
  'on',
  'No',
  'y',
  'true',
  'null',
  '~',
  '1:30',
  '2026-11-21',
  '.5',
  '-',
  '- a',
  '',
  ' ',
  ' a',
  'a ',
  'a: b',
  'a #b',
  "it's",
  'say "hi"',
  '{a}',
  '[a',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a`',
  '|',
  '>-',
  'ünï',
  '日本',
  '\ud83d\ude80',
  'a\tb',
  'two\nlines',
  'ends\n',
  '\n',
  'word '.repeat(30).trim(),
  'back\\slash',
  '#',
  '?',
  ':',
  ',',
]
const text = fc.oneof(fc.constantFrom(...NASTY), fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/))
const name = fc.constantFrom('a', 'b', 'c')
const labels = fc.dictionary(fc.constantFrom('team', 'tier', 'app.kubernetes.io/part-of', 'on', '1'), text, {
  minKeys: 1,
})
const literals = fc.array(
  fc.tuple(fc.constantFrom('A', 'B', 'C', 'D', 'E'), text).map(([key, value]) => `${key}=${value}`),
  { minLength: 1, maxLength: 5 },
)
const named = <T>(rest: Record<string, fc.Arbitrary<unknown>>) =>
  fc.uniqueArray(fc.record({ name, ...rest }), {
    minLength: 1,
    selector: (item) => (item as { name: string }).name,
  }) as fc.Arbitrary<T[]>

/** A kustomization as values. Every key is there: what is missing is added elsewhere. */
const kustomization = fc.record({
  namespace: text,
  commonLabels: labels,
  images: named<{ name: string }>({ newTag: text }),
  configMapGenerator: named<{ name: string }>({ literals, options: fc.record({ labels, immutable: fc.boolean() }) }),
  replicas: named<{ name: string }>({ count: fc.integer({ min: 0, max: 99 }) }),
  commonAnnotations: labels,
})

const FIELDS = ['commonLabels', 'images', 'configMapGenerator', 'replicas', 'namespace'] as const
const style = fc.constantFrom(...Object.keys(STYLES))

interface Result {
  readonly plan: PromotionPlan
  readonly after: string
  readonly again: PromotionPlan
}

async function promote(tree: Tree, carry: CarryRule[]): Promise<Result> {
  const config = threeEnvironments({ carry })
  const request = { config, application: 'shop', from: 'dev', to: 'staging' }
  const plan = await planPromotion(await readSources(tree, await findOverlays(config, tree)), request)
  const edited = overlayTree(tree, plan.files)
  const again = await planPromotion(await readSources(edited, await findOverlays(config, edited)), request)
  return { plan, after: (await edited.read([S])).get(S)?.toString() ?? '', again }
}

const printed = (key: string, value: Record<string, unknown>) => STYLES[key]?.(value) ?? ''
const values = (yaml: string) => parse(yaml.replace('\ufeff', '')) as Record<string, unknown>

/** The characters from a key to the next one. */
function regionOf(yaml: string, key: string): [number, number] {
  const { contents } = parseDocument(yaml)
  const pairs = isMap(contents) ? (contents.items as Pair<Node, Node>[]) : []
  const index = pairs.findIndex((pair) => isScalar(pair.key) && pair.key.value === key)
  return [pairs[index]?.key.range?.[0] ?? 0, pairs[index + 1]?.key.range?.[0] ?? yaml.length]
}

function expectOnlyInside(before: string, after: string, [start, end]: [number, number]): void {
  expect(after.slice(0, start)).toBe(before.slice(0, start))
  const tail = before.slice(end)
  expect(after.slice(after.length - tail.length)).toBe(tail)
}

describe('a whole field, carried between any two styles', () => {
  test.each(Object.keys(STYLES))('into %s: it says what the source says, and no other byte changes', async (into) => {
    await fc.assert(
      fc.asyncProperty(
        kustomization,
        kustomization,
        style,
        fc.constantFrom(...FIELDS),
        async (dev, staging, from, path) => {
          const before = printed(into, staging)
          const tree = memoryTree({ [D]: printed(from, dev), [S]: before })
          const result = await promote(tree, [{ kind: 'path', path }])
          expect(values(result.after)).toEqual({ ...staging, [path]: dev[path] })
          expectOnlyInside(before, result.after, regionOf(before, path))
          expect(result.again).toMatchObject({ carried: [], files: [] })
        },
      ),
      { numRuns: 15 },
    )
  })
})
