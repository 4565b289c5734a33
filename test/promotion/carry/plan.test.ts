import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule, RepositoryConfig } from '../../../src/config/repository-config.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import { memoryTree, overlayTree } from '../../../src/model/tree.ts'
import { resolvePath } from '../../../src/promotion/carry/field-path.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../../../src/promotion/carry/plan.ts'
import { shopFiles, threeEnvironments } from '../../support/overlay-repository.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'

const D = 'apps/shop/overlays/dev'
const S = 'apps/shop/overlays/staging'
const K = 'kustomization.yaml'

function valueAt(root: unknown, path: string): unknown {
  const steps = resolvePath(root, path) ?? ['nothing']
  return steps.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], root)
}

interface Planned {
  readonly plan: PromotionPlan
  /** Contents of the files the plan changes. */
  readonly after: Record<string, string | null>
  readonly again: PromotionPlan
}

async function plan(
  files: Record<string, string>,
  change: Partial<RepositoryConfig> = {},
  app = 'shop',
): Promise<Planned> {
  const config = threeEnvironments(change)
  const tree = memoryTree(files)
  const request = { config, application: app, from: 'dev', to: 'staging' }
  const first = await planPromotion(await readSources(tree, await findOverlays(config, tree)), request)
  const edited = overlayTree(tree, first.files)
  const again = await planPromotion(await readSources(edited, await findOverlays(config, edited)), request)
  return { plan: first, after: Object.fromEntries(first.files.map(({ path, content }) => [path, content])), again }
}

async function refusal(run: Promise<unknown>): Promise<LockstepError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof LockstepError) return error
  throw error ?? new Error('nothing was refused')
}

describe('a promotion', () => {
  test('changes the tag alone; replicas, comments and other applications stay byte for byte', async () => {
    const files = shopFiles(['v2', 'v1', 'v0'])
    const { plan: planned, after, again } = await plan(files, {}, 'checkout')
    const file = 'apps/checkout/overlays/staging/kustomization.yaml'
    expect(after).toEqual({ [file]: files[file]?.replace('v1', 'v2') })
    expect(planned.carried).toEqual([
      { path: 'images[name=shop/checkout].newTag', before: 'v1', after: 'v2', file, line: 6 },
    ])
    expect(planned.kept).toEqual([{ path: 'replicas[name=checkout].count', from: '1', to: '2' }])
    expect(planned.unexplained).toEqual([])
    expect(again.carried).toEqual([])
    expect(again.files).toEqual([])
  })

  test('names what differs and is neither carried nor kept', async () => {
    const { plan: planned } = await plan({
      [`${D}/${K}`]: 'namespace: dev\nimages: [{name: a, newTag: v2}]\n',
      [`${S}/${K}`]: 'namespace: staging\nimages: [{name: a, newTag: v1}]\nnamePrefix: s-\n',
      [`${S}/notes.txt`]: 'x',
    })
    expect(planned.unexplained).toEqual([
      { path: 'namespace', from: 'dev', to: 'staging' },
      { path: 'namePrefix', from: null, to: 's-' },
      { path: 'notes.txt', from: null, to: 'differs' },
    ])
  })

  test('never shows values of generated secrets or patches', async () => {
    const secret = (value: string) =>
      `secretGenerator:\n- name: s\n  literals: [password=${value}, "url=https://${value}@x.example/?ref=1"]\npatches:\n- patch: "x: ${value}"\n`
    const carry: CarryRule[] = [{ kind: 'path', path: 'secretGenerator[name=s].literals' }]
    for (const rules of [carry, []]) {
      const { plan: planned } = await plan(
        { [`${D}/${K}`]: secret('hunter2'), [`${S}/${K}`]: secret('hunter3') },
        { carry: rules },
      )
      expect(JSON.stringify({ ...planned, files: [] })).not.toContain('hunter')
    }
  })
})

/** dev's and staging's kustomization, and what staging's must be afterwards (undefined: not touched). */
const images: [string, string, string, string | undefined][] = [
  [
    'digest in place of a tag',
    'images: [{name: a, digest: "sha256:1"}]\n',
    'images:\n- name: a\n  newTag: v1\n',
    'images:\n- name: a\n  digest: sha256:1\n',
  ],
  [
    'tag in place of a digest',
    'images: [{name: a, newTag: v2}]\n',
    'images:\n- name: a\n  digest: sha256:1\n',
    'images:\n- name: a\n  newTag: v2\n',
  ],
  [
    'new name',
    'images: [{name: a, newName: r/a, newTag: v1}]\n',
    'images:\n- name: a\n  newName: q/a\n  newTag: v1\n',
    'images:\n- name: a\n  newName: r/a\n  newTag: v1\n',
  ],
  [
    'a name that only the target gives stays',
    'images: [{name: a, newTag: v2}]\n',
    'images:\n- name: a\n  newName: q/a\n  newTag: v1\n',
    'images:\n- name: a\n  newName: q/a\n  newTag: v2\n',
  ],
  [
    'an image the target does not set yet',
    'images: [{name: a, newTag: "1.20"}]\n',
    'namespace: s\n',
    'namespace: s\nimages:\n- name: a\n  newTag: "1.20"\n',
  ],
  ['an image only the target sets stays', 'namespace: d\n', 'images: [{name: a, newTag: v1}]\n', undefined],
]

describe('images', () => {
  test.each(images)('%s', async (_, dev, staging, expected) => {
    const { after, again } = await plan({ [`${D}/${K}`]: dev, [`${S}/${K}`]: staging })
    expect(after).toEqual(expected === undefined ? {} : { [`${S}/${K}`]: expected })
    expect(again.files).toEqual([])
  })

  test('are edited in a base that only this environment uses', async () => {
    const files = {
      [`${D}/${K}`]: 'resources: [../../dev-base]\n',
      'apps/shop/dev-base/kustomization.yaml': 'images: [{name: a, newTag: v2}]\n',
      [`${S}/${K}`]: 'resources: [../../staging-base]\n',
      'apps/shop/staging-base/kustomization.yaml': 'images: [{name: a, newTag: v1}]\n',
    }
    const { after } = await plan(files)
    expect(after).toEqual({ 'apps/shop/staging-base/kustomization.yaml': 'images: [{name: a, newTag: v2}]\n' })
  })

  test('of a base that several environments share are overridden in the overlay', async () => {
    const files = {
      [`${D}/${K}`]: 'resources: [../../base]\nimages: [{name: a, newTag: v2}]\n',
      [`${S}/${K}`]: 'resources: [../../base]\n',
      'apps/shop/base/kustomization.yaml': 'images: [{name: a, newTag: v1}]\n',
    }
    const { plan: planned, after, again } = await plan(files)
    expect(after).toEqual({ [`${S}/${K}`]: 'resources: [../../base]\nimages:\n- name: a\n  newTag: v2\n' })
    expect(planned.carried).toMatchObject([{ before: 'v1', after: 'v2' }])
    expect(again.files).toEqual([])
  })

  test('are refused in an overlay that another environment builds on', async () => {
    const files = {
      [`${D}/${K}`]: 'images: [{name: a, newTag: v2}]\n',
      [`${S}/${K}`]: 'images: [{name: a, newTag: v1}]\n',
      'apps/shop/overlays/prod/kustomization.yaml': 'resources: [../staging]\n',
    }
    expect((await refusal(plan(files))).problems[0]).toMatchObject({
      code: 'FIELD_IS_SHARED',
      message: expect.stringContaining('shop/prod builds on'),
      file: `${S}/${K}`,
    })
  })

  test('of each cluster of the environment: differences that stay are told for each', async () => {
    const overlays = ['apps/{app}/overlays/{environment}/{cluster}', 'apps/{app}/overlays/{environment}']
    const environments = threeEnvironments().environments.map((each) =>
      each.name === 'staging' ? { ...each, clusters: ['eu', 'us'] } : each,
    )
    const files = {
      [`${D}/${K}`]: 'namespace: d\n',
      [`${S}/eu/${K}`]: 'namespace: e\n',
      [`${S}/us/${K}`]: 'namespace: u\n',
    }
    const { plan: planned } = await plan(files, { overlays, environments })
    expect(planned.unexplained).toEqual([
      { path: 'eu: namespace', from: 'd', to: 'e' },
      { path: 'us: namespace', from: 'd', to: 'u' },
    ])
  })

  test('of every cluster of the environment move together', async () => {
    const overlays = ['apps/{app}/overlays/{environment}/{cluster}', 'apps/{app}/overlays/{environment}']
    const base = threeEnvironments()
    const environments = base.environments.map((each) =>
      each.name === 'staging' ? { ...each, clusters: ['eu', 'us'] } : each,
    )
    const { after } = await plan(
      {
        [`${D}/${K}`]: 'images: [{name: a, newTag: v2}]\n',
        [`${S}/eu/${K}`]: 'resources: [../common]\nimages: [{name: a, newTag: v1}]\n',
        [`${S}/us/${K}`]: 'resources: [../common]\n',
        [`${S}/common/${K}`]: 'images: [{name: a, newTag: v0}]\n',
      },
      { overlays, environments },
    )
    expect(after).toEqual({
      [`${S}/eu/${K}`]: 'resources: [../common]\nimages: [{name: a, newTag: v2}]\n',
      [`${S}/common/${K}`]: 'images: [{name: a, newTag: v2}]\n',
    })
  })
})

const container = (image: string, replicas: number) =>
  `kind: Deployment\nmetadata: {name: shop}\nspec:\n  replicas: ${replicas} # own\n  template:\n    spec:\n      containers:\n      - name: shop\n        image: ${image} # the version\n`
const indent = (text: string) => text.replace(/^(?=.)/gm, '    ')

describe('images in patches', () => {
  test('inside the kustomization file: the image moves, the rest of the patch stays', async () => {
    const inline = (image: string, n: number) => `patches:\n- patch: |-\n${indent(container(image, n))}`
    const { after, again } = await plan({
      [`${D}/${K}`]: inline('r/shop:v2', 1),
      [`${S}/${K}`]: inline('r/shop:v1', 5),
    })
    expect(after).toEqual({ [`${S}/${K}`]: inline('r/shop:v2', 5) })
    expect(again.files).toEqual([])
  })

  test.each([
    'patches:\n- path: p.yaml\n',
    'patchesStrategicMerge:\n- p.yaml\n',
  ])('in a file of its own (%s)', async (kustomization) => {
    const { plan: planned, after } = await plan({
      [`${D}/${K}`]: kustomization,
      [`${D}/p.yaml`]: container('r/shop:v2', 1),
      [`${S}/${K}`]: kustomization,
      [`${S}/p.yaml`]: container('r/shop:v1', 5),
    })
    expect(after).toEqual({ [`${S}/p.yaml`]: container('r/shop:v2', 5) })
    expect(planned.carried).toEqual([
      {
        path: 'patches[Deployment/shop].spec.template.spec.containers[name=shop].image',
        before: 'r/shop:v1',
        after: 'r/shop:v2',
        file: `${S}/p.yaml`,
        line: 9,
      },
    ])
    expect(planned.kept).toEqual([{ path: 'patches[path=p.yaml]', from: 'differs', to: 'differs' }])
  })

  test('in a JSON patch', async () => {
    const json = (image: string) =>
      `patches:\n- target: {kind: Deployment, name: shop}\n  patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ${image}\n`
    const { after } = await plan({ [`${D}/${K}`]: json('a:2'), [`${S}/${K}`]: json('a:1') })
    expect(after).toEqual({ [`${S}/${K}`]: json('a:2') })
  })

  test('in a file that both environments use stay: there is nothing to tell apart', async () => {
    const kustomization = 'patches:\n- path: ../../p.yaml\n'
    const { plan: planned } = await plan({
      [`${D}/${K}`]: kustomization,
      [`${S}/${K}`]: kustomization,
      'apps/shop/p.yaml': container('r/shop:v1', 5),
    })
    expect(planned.files).toEqual([])
  })
})

describe('other rules', () => {
  test('refs of remote bases', async () => {
    const remote = (ref: string, rest = '') =>
      `resources:\n- https://github.com/acme/base//shop?ref=${ref} # pinned\n- "github.com/acme/b?timeout=9&ref=${ref}"\n${rest}`
    const { plan: planned, after } = await plan({ [`${D}/${K}`]: remote('abc'), [`${S}/${K}`]: remote('def', '# s\n') })
    expect(after).toEqual({ [`${S}/${K}`]: remote('abc', '# s\n') })
    expect(planned.carried.map(({ path }) => path)).toEqual([
      'resources[https://github.com/acme/base//shop].ref',
      'resources[github.com/acme/b?timeout=9].ref',
    ])
  })

  test.each([
    ['a file of a repository', 'https://raw.githubusercontent.com/acme/base/VERSION/crds/shop.yaml'],
    ['one of a tag', 'https://raw.githubusercontent.com/acme/base/refs/tags/VERSION/shop.yaml'],
    ['a file of a release', 'https://github.com/acme/base/releases/download/VERSION/install.yaml?timeout=90'],
  ])('the version in the address of %s', async (_, address) => {
    const remote = (version: string) => `resources:\n- ${address.replace('VERSION', version)} # pinned\n`
    const { after, again } = await plan({ [`${D}/${K}`]: remote('v1.10.0'), [`${S}/${K}`]: remote('v1.9.1') })
    expect(after).toEqual({ [`${S}/${K}`]: remote('v1.10.0') })
    expect(again.carried).toEqual([])
  })

  test('a file of a release takes no version from a base of the same repository', async () => {
    const files = {
      [`${D}/${K}`]: 'resources:\n- https://github.com/acme/base//shop?ref=3f2c1e9\n',
      [`${S}/${K}`]: 'resources:\n- https://github.com/acme/base/releases/download/v1/install.yaml\n',
    }
    expect((await plan(files)).after).toEqual({})
  })

  test('a ref set in a base that another environment uses too is refused, naming it', async () => {
    const remote = (ref: string) => `resources:\n- https://github.com/acme/base//shop?ref=${ref}\n`
    const files = {
      [`${D}/${K}`]: remote('abc'),
      [`${S}/${K}`]: 'resources: [../../base]\n',
      'apps/shop/overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
      'apps/shop/base/kustomization.yaml': remote('def'),
    }
    expect((await refusal(plan(files))).problems[0]).toMatchObject({
      code: 'FIELD_IS_SHARED',
      message: expect.stringContaining('shop/prod builds on, too'),
      file: 'apps/shop/base/kustomization.yaml',
      line: 2,
    })
  })

  test('chart versions', async () => {
    const chart = (version: string) =>
      `helmCharts:\n- name: redis\n  repo: https://charts.example\n  version: ${version}\n`
    const { after } = await plan({ [`${D}/${K}`]: chart('2.0.1'), [`${S}/${K}`]: chart('"1.9"') })
    expect(after).toEqual({ [`${S}/${K}`]: chart('"2.0.1"') })
  })

  test.each([
    ['one changed', '[A=2, B=1]', '- A=1\n  - B=1', '- A=2\n  - B=1'],
    ['one more', '[A=1, B=1, C=3]', '- A=1\n  - B=1 # b', '- A=1\n  - B=1 # b\n  - C=3'],
    ['one fewer', '[A=1]', '- A=1\n  - B=1', '- A=1'],
  ])('a list at a path: %s', async (_, dev, staging, expected) => {
    const generator = (literals: string) => `configMapGenerator:\n- name: features\n  literals:\n  ${literals}\n`
    const carry: CarryRule[] = [{ kind: 'path', path: 'configMapGenerator[name=features].literals', apps: ['shop'] }]
    const files = {
      [`${D}/${K}`]: `configMapGenerator: [{name: features, literals: ${dev}}]\n`,
      [`${S}/${K}`]: generator(staging),
    }
    const { after, again } = await plan(files, { carry })
    expect(after).toEqual({ [`${S}/${K}`]: generator(expected) })
    expect(again.files).toEqual([])
    const other: CarryRule[] = [{ kind: 'path', path: 'configMapGenerator[name=features].literals', apps: ['cart'] }]
    expect((await plan(files, { carry: other })).plan.files).toEqual([])
  })

  test.each([
    ['a map', 'commonLabels', 'commonLabels:\n  team: a # ours\n  tier: web\n', 'commonLabels: {team: b} # keep\n'],
    [
      'a list of maps',
      'replicas',
      'replicas:\n- name: a\n  count: 3 # three\n',
      'replicas:\n  - name: a\n    count: 1\n',
    ],
    ['a number', 'replicas[name=a].count', 'replicas:\n- name: a\n  count: 3\n', 'replicas:\n- {name: a, count: 1}\n'],
    ['an empty map', 'commonLabels', 'commonLabels: {}\n', 'commonLabels:\n  a: b\n'],
    [
      'a member of a list',
      'replicas[name=a]',
      'replicas:\n- name: a\n  count: 3\n',
      'replicas:\n- name: b\n  count: 1\n',
    ],
    ['a member of a list that is missing', 'replicas[name=a]', 'replicas:\n- name: a\n  count: 3\n', ''],
    ['a key with dots', 'commonLabels[a.b/c]', 'commonLabels: {a.b/c: "on"}\n', 'commonLabels:\n  x: y\n'],
    ['a whole new field', 'labels', 'labels:\n- pairs: {a: b}\n  includeSelectors: false\n', ''],
  ])('%s at a path', async (_, path, dev, staging) => {
    const rest = 'namespace: x # the rest\n'
    const {
      plan: planned,
      after,
      again,
    } = await plan({ [`${D}/${K}`]: rest + dev, [`${S}/${K}`]: rest + staging }, { carry: [{ kind: 'path', path }] })
    const [from, to] = [parse(dev), parse(after[`${S}/${K}`] ?? '')] as [unknown, unknown]
    expect(planned.carried).toMatchObject([{ path, file: `${S}/${K}` }])
    expect(valueAt(to, path)).toEqual(valueAt(from, path))
    expect(again.files).toEqual([])
    expect(again.carried).toEqual([])
  })

  test('a block of text takes the line ends of the file it comes to, from whatever file it comes', async () => {
    const block = 'commonAnnotations:\n  note: |-\n    two\n    lines\nnamespace: x\n'
    const old = 'commonAnnotations:\n  note: one\nnamespace: x\n'
    const crlf = (text: string) => text.replaceAll('\n', '\r\n')
    const carry: CarryRule[] = [{ kind: 'path', path: 'commonAnnotations' }]
    for (const from of [block, crlf(block)])
      for (const [to, expected] of [
        [old, block],
        [crlf(old), crlf(block)],
      ] as const)
        expect((await plan({ [`${D}/${K}`]: from, [`${S}/${K}`]: to }, { carry })).after).toEqual({
          [`${S}/${K}`]: expected,
        })
  })

  const files: CarryRule[] = [{ kind: 'files', files: ['version.yml'] }]
  const patched = 'patches:\n- path: version.yml\n'

  test('a named file moves as a whole', async () => {
    const { after, plan: planned } = await plan(
      {
        [`${D}/${K}`]: patched,
        [`${D}/version.yml`]: 'a: 2\n',
        [`${S}/${K}`]: patched,
        [`${S}/version.yml`]: 'a: 1\nb: 1\n',
      },
      { carry: files },
    )
    expect(after).toEqual({ [`${S}/version.yml`]: 'a: 2\n' })
    expect(planned.carried).toMatchObject([{ path: 'version.yml', file: `${S}/version.yml` }])
  })

  test('a named directory becomes the same bytes, also where only comments and indentation differ', async () => {
    const named: CarryRule[] = [{ kind: 'files', files: ['snapshot'] }]
    const overlay = 'resources:\n- snapshot\n'
    const inside = (text: string) => ({ [K]: 'resources:\n- map.yaml\n', 'map.yaml': text })
    const below = (overlayPath: string, text: string) =>
      Object.fromEntries(Object.entries(inside(text)).map(([name, body]) => [`${overlayPath}/snapshot/${name}`, body]))
    const { after, again } = await plan(
      {
        [`${D}/${K}`]: overlay,
        ...below(D, 'kind: ConfigMap\ndata:\n    a: b # why\n'),
        [`${S}/${K}`]: overlay,
        ...below(S, 'kind: ConfigMap\ndata:\n  a: b\n'),
      },
      { carry: named },
    )
    expect(after).toEqual({ [`${S}/snapshot/map.yaml`]: 'kind: ConfigMap\ndata:\n    a: b # why\n' })
    expect(again.files).toEqual([])
  })

  test('a link is not carried in its place, nor over one', async () => {
    for (const link of [`${D}/version.yml`, `${S}/version.yml`]) {
      const other = link.startsWith(D) ? `${S}/version.yml` : `${D}/version.yml`
      const tree = treeWithLinks(
        { [`${D}/${K}`]: patched, [`${S}/${K}`]: patched, [other]: 'a: 1\n' },
        { [link]: '../x' },
      )
      const config = threeEnvironments({ carry: files })
      const sources = await readSources(tree, await findOverlays(config, tree))
      const run = planPromotion(sources, { config, application: 'shop', from: 'dev', to: 'staging' })
      expect((await refusal(run)).problems[0]).toMatchObject({ code: 'FILE_IS_LINK', file: link })
    }
  })

  test('a named patch that differs in its image alone keeps its own comments', async () => {
    const own = (image: string) => `# staging's own words\n${container(image, 1)}`
    const { after } = await plan(
      {
        [`${D}/${K}`]: patched,
        [`${D}/version.yml`]: container('r/shop:v2', 1),
        [`${S}/${K}`]: patched,
        [`${S}/version.yml`]: own('r/shop:v1'),
      },
      { carry: files },
    )
    expect(after).toEqual({ [`${S}/version.yml`]: own('r/shop:v2') })
  })
})

describe('the hash of a plan', () => {
  const hash = async (checkout: string[], extra: Record<string, string> = {}) =>
    (await plan({ ...shopFiles(checkout), ...extra }, {}, 'checkout')).plan.planHash

  test('stays when other applications or comments change, and changes with every carried value', async () => {
    const first = await hash(['v2', 'v1', 'v0'])
    expect(await hash(['v2', 'v1', 'v9'], { 'notes.md': 'x' })).toBe(first)
    expect(await hash(['v3', 'v1', 'v0'])).not.toBe(first)
    expect(await hash(['v2', 'v0', 'v0'])).not.toBe(first)
  })
})

test('an application without overlay in the environment is refused', async () => {
  expect((await refusal(plan({ [`${D}/${K}`]: 'namespace: d\n' }))).code).toBe('UNKNOWN_APPLICATION')
})

test('a broken kustomization of another application does not stand in the way', async () => {
  const files = { ...shopFiles(['v2', 'v1', 'v0']), 'apps/cart/overlays/dev/kustomization.yaml': 'a: [' }
  expect((await plan(files, {}, 'checkout')).plan.carried).toHaveLength(1)
  expect((await refusal(plan(files, {}, 'cart'))).problems[0]).toMatchObject({ code: 'YAML_UNREADABLE' })
})
