import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule } from '../../../src/config/repository-config.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../../../src/promotion/carry/plan.ts'
import { printTrailers } from '../../../src/promotion/pulls/trailers.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../../support/git-repository.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const FROM = 'apps/shop/overlays/staging/kustomization.yaml'
const TO = 'apps/shop/overlays/prod/kustomization.yaml'
const temporary = temporaryDirectory('lockstep-three-way')
afterAll(() => temporary.remove())

let clone: TestRepository
beforeAll(() => {
  clone = createRepository(`${temporary.path}/clone`)
})

interface Sides {
  readonly source: string
  readonly target: string
}

const trailers = printTrailers({
  application: 'shop',
  from: 'staging',
  to: 'prod',
  planHash: 'a'.repeat(64),
  requestedBy: 'ana',
  kind: 'promotion',
})

/** Both overlays as the last promotion left them, and as they are now. `then` is absent where there was no promotion yet. */
async function plan(
  then: Sides | undefined,
  now: Sides,
  rules: { readonly carry?: CarryRule[]; readonly keep?: string[] } = {},
): Promise<PromotionPlan> {
  const files = ({ source, target }: Sides) => ({ [FROM]: source, [TO]: target })
  clone.commit('before', files({ source: 'namePrefix: x-\n', target: 'namePrefix: y-\n' }))
  if (then) clone.commit(`Promote shop\n\n${trailers}`, files(then))
  clone.commit('since', files(now))
  return planNow(rules, then !== undefined)
}

async function planNow(
  rules: { readonly carry?: CarryRule[]; readonly keep?: string[] },
  isPromoted = true,
): Promise<PromotionPlan> {
  const config = threeEnvironments(rules)
  const { mirror } = await openLocalRepository(clone.path)
  const tip = clone.git('rev-parse', 'HEAD')
  const tree = await mirror.tree(tip)
  const overlays = (await findOverlays(config, tree)).filter(({ path }) => !path.includes('/dev'))
  const history = isPromoted && { mirror, tip, overlays, ledger: [] }
  return planPromotion(await readSources(tree, overlays), {
    config,
    application: 'shop',
    from: 'staging',
    to: 'prod',
    ...(history && { history }),
  })
}

const tag = (value: string | undefined) =>
  `resources: [web.yaml]\n${value === undefined ? '' : `images:\n- name: a\n  newTag: ${value}\n`}`
const label = (value: string | undefined) =>
  `commonLabels:\n  team: a\n${value === undefined ? '' : `  tier: ${value}\n`}`
const TIER: CarryRule[] = [{ kind: 'path', path: 'commonLabels.tier' }]

/** Last promoted; in the source and in the target now; what is there afterwards; whether the plan tells of a change taken back. */
type Row = readonly [
  then: string | undefined,
  source: string | undefined,
  target: string | undefined,
  after: string | undefined,
  told: 'same' | 'changed' | undefined,
]
const rows: Record<string, Row> = {
  'nobody changed it': ['v1', 'v1', 'v1', 'v1', undefined],
  'changed upstream alone: carried': ['v1', 'v2', 'v1', 'v2', undefined],
  'changed here alone: taken back, and told': ['v1', 'v1', 'v9', 'v1', 'same'],
  'changed in both: carried, and told': ['v1', 'v2', 'v9', 'v2', 'changed'],
  'changed to the same in both': ['v1', 'v2', 'v2', 'v2', undefined],
  'new upstream: carried': [undefined, 'v2', undefined, 'v2', undefined],
  'new here alone: its own, it stays': [undefined, undefined, 'v9', 'v9', undefined],
  'new in both: carried, and told': [undefined, 'v2', 'v9', 'v2', 'changed'],
  'gone upstream alone: goes here too': ['v1', undefined, 'v1', undefined, undefined],
  'gone here alone: comes back, and told': ['v1', 'v1', undefined, 'v1', 'same'],
  'gone in both': ['v1', undefined, undefined, undefined, undefined],
  'gone upstream, changed here: goes, and told': ['v1', undefined, 'v9', undefined, 'changed'],
  'changed upstream, gone here: comes back, and told': ['v1', 'v2', undefined, 'v2', 'changed'],
}

function afterwards({ files }: PromotionPlan, before: string): string {
  return files.find(({ path }) => path === TO)?.content ?? before
}

describe.each([
  { what: 'an image', text: tag, path: 'images[name=a].newTag', rules: {} },
  { what: 'a named field', text: label, path: 'commonLabels.tier', rules: { carry: TIER } },
])('$what, against the last promotion', ({ text, path, rules }) => {
  test.each(Object.entries(rows))('%s', async (_, [then, source, target, after, told]) => {
    const planned = await plan(
      { source: text(then), target: text(then) },
      { source: text(source), target: text(target) },
      rules,
    )
    expect(afterwards(planned, text(target))).toBe(text(after))
    expect(planned.carried).toEqual(
      target === after
        ? []
        : [expect.objectContaining({ path, before: target ?? null, after: after ?? null, file: TO })],
    )
    expect(planned.overwrites ?? []).toEqual(
      told ? [expect.objectContaining({ path, promoted: then ?? null, found: target ?? null, upstream: told })] : [],
    )
  })
})

describe('what the source does not have', () => {
  test('stays where nothing was ever promoted', async () => {
    const planned = await plan(undefined, { source: tag(undefined), target: tag('v9') })
    expect(planned).toMatchObject({ carried: [], files: [] })
    expect(planned.unexplained).toContainEqual({ path: 'images[name=a].newTag', from: null, to: 'v9' })
  })

  test('stays where the source had it neither now nor then', async () => {
    const same = { source: label(undefined), target: label('own') }
    const planned = await plan(same, same, { carry: TIER })
    expect(planned).toMatchObject({ carried: [], unexplained: [{ path: 'commonLabels.tier', from: null, to: 'own' }] })
  })

  test('and has lost since is refused where others share the place, naming them', async () => {
    const base = 'apps/shop/base/kustomization.yaml'
    clone.commit('shared', {
      [base]: label('v1'),
      'apps/cart/overlays/prod/kustomization.yaml': 'resources: [../../../shop/base]\n',
    })
    const target = 'resources: [../../base]\n'
    const planned = plan({ source: label('v1'), target }, { source: label(undefined), target }, { carry: TIER })
    await expect(planned).rejects.toMatchObject({
      problems: [
        { code: 'FIELD_IS_SHARED', message: expect.stringContaining('cart/prod builds on, too'), file: base, line: 3 },
      ],
    })
  })
})

describe('what `keep` names is neither carried nor told as taken back', () => {
  const image = (name: string, value: string) => `- name: ${name}\n  newTag: ${value}\n`
  const images = (a: string, proxy: string) => `images:\n${image('a', a)}${image('proxy', proxy)}`

  test('one image of several', async () => {
    const planned = await plan(
      { source: images('v1', 'v1'), target: images('v1', 'v1') },
      { source: images('v2', 'v2'), target: images('v1', 'v9') },
      { keep: ['images[name=proxy]'] },
    )
    expect(afterwards(planned, '')).toBe(images('v2', 'v9'))
    expect(planned).toMatchObject({
      carried: [{ path: 'images[name=a].newTag' }],
      kept: [{ path: 'images[name=proxy].newTag', from: 'v2', to: 'v9' }],
      unexplained: [],
    })
    expect(planned).not.toHaveProperty('overwrites')
  })

  test('one key of an image, which also stays when the image goes upstream', async () => {
    const named = (rest: string) => `resources: [x.yaml]\nimages:\n- name: a\n  newName: mirror/a\n${rest}`
    const keep = ['images[name=a].newName']
    const then = { source: tag('v1'), target: named('  newTag: v1\n') }
    const moved = await plan(then, { source: tag('v2'), target: then.target }, { keep })
    expect(afterwards(moved, '')).toBe(named('  newTag: v2\n'))
    const gone = await plan(then, { source: tag(undefined), target: then.target }, { keep })
    expect(afterwards(gone, '')).toBe(named(''))
  })

  test('a chart, a ref and a patch, while a rule for the whole list stops nothing', async () => {
    const overlay = (version: string) =>
      `resources:\n- https://github.com/acme/bases//web?ref=${version}\nhelmCharts:\n- name: redis\n  version: ${version}\npatches:\n- patch: |-\n    kind: Deployment\n    metadata: { name: shop }\n    spec: { template: { spec: { containers: [{ name: app, image: "shop:${version}" }] } } }\n`
    const now = { source: overlay('2.0.0'), target: overlay('1.0.0') }
    const held = ['helmCharts[name=redis]', 'resources[https://github.com/acme/bases//web]', 'patches[Deployment/shop]']
    const kept = await plan(undefined, now, { keep: held })
    expect(kept).toMatchObject({ carried: [], files: [] })
    expect(kept.kept.map(({ path }) => path)).toEqual([
      'resources[https://github.com/acme/bases//web].ref',
      'helmCharts[name=redis].version',
    ])
    const whole = await plan(undefined, now, { keep: ['helmCharts', 'resources', 'patches'] })
    expect(afterwards(whole, '')).toBe(overlay('2.0.0'))
  })
})

test('a file carried as a whole goes where the source has lost it, and stays where the target alone has it', async () => {
  const carry: CarryRule[] = [{ kind: 'files', files: ['rules.txt', 'own.txt'] }]
  const below = (overlay: string, name: string) => `apps/shop/overlays/${overlay}/${name}`
  clone.write({
    [below('staging', 'rules.txt')]: 'a',
    [below('prod', 'rules.txt')]: 'a',
    [below('prod', 'own.txt')]: 'b',
  })
  const same = { source: 'namePrefix: s-\n', target: 'namePrefix: p-\n' }
  expect((await plan(same, same, { carry })).carried).toEqual([])
  clone.commit('lost', { [below('staging', 'rules.txt')]: null })
  const planned = await planNow({ carry })
  expect(planned.files).toEqual([{ path: below('prod', 'rules.txt'), content: null }])
})
