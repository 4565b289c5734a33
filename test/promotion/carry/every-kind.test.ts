import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findOverlays } from '../../../src/config/layout.ts'
import { parseRepositoryConfig } from '../../../src/config/parse-repository-config.ts'
import { memoryTree, overlayTree, type Tree } from '../../../src/model/tree.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../../../src/promotion/carry/plan.ts'
import { createRepository, temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, plainBuild } from '../../support/kustomize.ts'

const temporary = temporaryDirectory('lockstep-kinds')
let kustomize: string
beforeAll(async () => {
  kustomize = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

const D = 'apps/shop/overlays/dev'
const S = 'apps/shop/overlays/staging'
const BASE = {
  'apps/shop/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'apps/shop/base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
      - { name: app, image: r.example/shop, env: [{ name: MODE, value: base }] }
`,
}

type Overlay = Readonly<Record<string, string>>

/** The `carry` of the configuration, and an overlay's files in dev and in staging, before and after. */
interface Kind {
  readonly carry: string
  readonly dev: Overlay
  readonly staging: Overlay
  readonly after: Overlay
}

const K = 'kustomization.yaml'
/** What each environment has of its own: never moved. */
const own = (count: number, more: string) =>
  `resources: [../../base]\nreplicas:\n- name: shop # ours alone\n  count: ${count}\n${more}`
const kind = (carry: string, dev: string, staging: string, after: string): Kind => ({
  carry,
  dev: { [K]: own(1, dev) },
  staging: { [K]: own(5, staging) },
  after: { [K]: own(5, after) },
})
const patched = (file: string, list: string) => own(0, `patches:\n- path: ${file}\n${list}`)

const container = (image: string, mode: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      containers:
      - name: app
        image: ${image} # the version
        env:
        - { name: MODE, value: "${mode}" }
`
const inBlock = (text: string) => text.replace(/^(?=.)/gm, '    ')
const target = '  target: { kind: Deployment, name: shop }\n'
const replaceImage = (image: string) =>
  `- { op: replace, path: /spec/template/spec/containers/0/image, value: "${image}" }\n`
const sidecar = (image: string) =>
  `- op: add\n  path: /spec/template/spec/containers/-\n  value:\n    name: proxy\n    image: ${image}\n`
const generated = (lines: string) => `configMapGenerator:\n- name: settings\n${lines}`
const literals = 'path: "configMapGenerator[name=settings].literals"'

const kinds: Record<string, Kind> = {
  'tags of images': kind(
    'images',
    'images:\n- name: r.example/shop\n  newTag: v2\n',
    'images:\n- name: r.example/shop # pinned\n  newTag: "v1" # by promotion\n',
    'images:\n- name: r.example/shop # pinned\n  newTag: "v2" # by promotion\n',
  ),
  'a digest and another registry in place of a tag': kind(
    'images',
    `images: [{name: r.example/shop, newName: q.example/shop, digest: "sha256:${'1'.repeat(64)}"}]\n`,
    'images:\n- name: r.example/shop\n  newTag: v1\n',
    `images:\n- name: r.example/shop\n  newName: q.example/shop\n  digest: sha256:${'1'.repeat(64)}\n`,
  ),
  'images of a strategic merge patch in the kustomization': kind(
    'images',
    `patches:\n- patch: |-\n${inBlock(container('r.example/shop:v2', 'same'))}`,
    `patches:\n- patch: |-\n${inBlock(container('r.example/shop:v1', 'same'))}`,
    `patches:\n- patch: |-\n${inBlock(container('r.example/shop:v2', 'same'))}`,
  ),
  'images of a JSON patch in the kustomization': kind(
    'images',
    `patches:\n- patch: |-\n${inBlock(replaceImage('r.example/shop:v2'))}${target}`,
    `patches:\n- patch: |-\n${inBlock(replaceImage('r.example/shop:v1'))}${target}`,
    `patches:\n- patch: |-\n${inBlock(replaceImage('r.example/shop:v2'))}${target}`,
  ),
  'images of containers that a JSON patch adds': kind(
    'images',
    `patches:\n- patch: |-\n${inBlock(sidecar('proxy:2'))}${target}`,
    `patches:\n- patch: |-\n${inBlock(sidecar('"proxy:1" # side'))}${target}`,
    `patches:\n- patch: |-\n${inBlock(sidecar('"proxy:2" # side'))}${target}`,
  ),
  'images of a strategic merge patch in a file': {
    carry: 'images',
    dev: { [K]: patched('version.yaml', ''), 'version.yaml': container('r.example/shop:v2', 'same') },
    staging: { [K]: patched('version.yaml', ''), 'version.yaml': container("'r.example/shop:v1'", 'same') },
    after: { 'version.yaml': container("'r.example/shop:v2'", 'same') },
  },
  'images of a JSON patch in a file': {
    carry: 'images',
    dev: { [K]: patched('version.yaml', target), 'version.yaml': replaceImage('r.example/shop:v2') },
    staging: { [K]: patched('version.yaml', target), 'version.yaml': `# ours\n${replaceImage('r.example/shop:v1')}` },
    after: { 'version.yaml': `# ours\n${replaceImage('r.example/shop:v2')}` },
  },
  'literals of generators': kind(
    `{${literals}}`,
    generated('  literals: [A=2, B=1, C=3]\n'),
    generated('  literals:\n  - A=1 # first\n  - X=1\n  - B=1\n'),
    generated('  literals:\n  - A=2 # first\n  - B=1\n  - C=3\n'),
  ),
  'literals of a generator that had none': kind(
    `{${literals}}`,
    generated('  literals: [A=2]\n  files: [a.txt=k.txt]\n').replace('  files: [a.txt=k.txt]\n', ''),
    generated('  options: { disableNameSuffixHash: false }\n'),
    generated('  options: { disableNameSuffixHash: false }\n  literals: [A=2]\n'),
  ),
  'a generator that was not there': kind(
    '{path: "configMapGenerator[name=settings]"}',
    generated('  literals:\n  - A=2 # two\n'),
    '',
    generated('  literals:\n  - A=2 # two\n'),
  ),
  'literals of generated secrets': kind(
    '{path: "secretGenerator[name=key].literals"}',
    'secretGenerator:\n- name: key\n  literals: [token=two]\n',
    'secretGenerator:\n- name: key\n  literals: [token=one]\n',
    'secretGenerator:\n- name: key\n  literals: [token=two]\n',
  ),
  'files of generators, with what is in them': {
    carry: '{path: "configMapGenerator[name=settings]"}',
    dev: {
      [K]: own(1, generated('  files: [app.conf, log=log.conf]\n  envs: [run.env]\n')),
      'app.conf': 'level = 2\n',
      'log.conf': 'new\n',
      'run.env': 'A=2 \n',
    },
    staging: {
      [K]: own(5, generated('  files:\n  - app.conf # main\n  envs: [run.env]\n')),
      'app.conf': 'level = 1\n',
      'run.env': 'A=1\n',
    },
    after: {
      [K]: own(5, generated('  files:\n  - app.conf # main\n  - log=log.conf\n  envs: [run.env]\n')),
      'app.conf': 'level = 2\n',
      'log.conf': 'new\n',
      'run.env': 'A=2 \n',
    },
  },
  'comments in a file that a generator reads, for they are part of the object': {
    carry: '{path: "configMapGenerator[name=settings].files"}',
    dev: { [K]: own(1, generated('  files: [app.yaml]\n')), 'app.yaml': 'a: 1 # new words\n' },
    staging: { [K]: own(5, generated('  files: [app.yaml]\n')), 'app.yaml': 'a: 1\n' },
    after: { 'app.yaml': 'a: 1 # new words\n' },
  },
  labels: kind(
    '{path: labels}',
    'labels:\n- pairs: { tier: web }\n  includeSelectors: false\n- pairs: { team: a }\n',
    'labels:\n# ours\n- pairs: { tier: old }\n  includeSelectors: false\n',
    'labels:\n# ours\n- pairs: { tier: web }\n  includeSelectors: false\n- pairs: { team: a }\n',
  ),
  'common labels': kind(
    '{path: commonLabels}',
    'commonLabels: { tier: web, "on": "1.10" }\n',
    'commonLabels:\n  # which\n  tier: old # one\n  gone: x\n',
    'commonLabels:\n  # which\n  tier: web # one\n  "on": "1.10"\n',
  ),
  'one annotation of them': kind(
    '{path: "commonAnnotations[shop.example/release]"}',
    'commonAnnotations:\n  shop.example/release: "12"\n',
    'commonAnnotations:\n  shop.example/release: "11" # release\n',
    'commonAnnotations:\n  shop.example/release: "12" # release\n',
  ),
  'a label where there is no map of them yet': kind(
    '{path: commonLabels.tier}',
    'commonLabels:\n  tier: web\n',
    '',
    'commonLabels:\n  tier: web\n',
  ),
  'a part of a patch, by its file': {
    carry: '{patch: mode.yaml, path: "spec.template.spec.containers[name=app].env"}',
    dev: { [K]: patched('mode.yaml', ''), 'mode.yaml': container('r.example/shop:v1', 'fast') },
    staging: { [K]: patched('mode.yaml', ''), 'mode.yaml': container('r.example/shop:v1', 'slow') },
    after: { 'mode.yaml': container('r.example/shop:v1', 'fast') },
  },
  'a part of a patch, by its object': kind(
    '{patch: Deployment/shop, path: "spec.template.spec.containers[name=app].env[name=MODE].value"}',
    `patches:\n- patch: |-\n${inBlock(container('r.example/shop:v1', 'fast'))}`,
    `patches:\n- patch: |-\n${inBlock(container('r.example/shop:v1', 'slow'))}`,
    `patches:\n- patch: |-\n${inBlock(container('r.example/shop:v1', 'fast'))}`,
  ),
  'an operation of a JSON patch': kind(
    '{patch: Deployment/shop, path: "[path=/spec/minReadySeconds].value"}',
    `patches:\n- patch: |-\n    - op: add\n      path: /spec/minReadySeconds\n      value: 30\n${target}`,
    `patches:\n- patch: |-\n    - op: add\n      path: /spec/minReadySeconds\n      value: 5 # s\n${target}`,
    `patches:\n- patch: |-\n    - op: add\n      path: /spec/minReadySeconds\n      value: 30 # s\n${target}`,
  ),
  'a file as a whole': {
    carry: '{files: [mode.yaml]}',
    dev: { [K]: patched('mode.yaml', ''), 'mode.yaml': `# dev\n${container('r.example/shop:v2', 'fast')}` },
    staging: { [K]: patched('mode.yaml', ''), 'mode.yaml': container('r.example/shop:v1', 'slow') },
    after: { 'mode.yaml': `# dev\n${container('r.example/shop:v2', 'fast')}` },
  },
  'a directory as a whole, with what is new and what is gone': {
    carry: '{files: [objects]}',
    dev: {
      [K]: own(1, '').replace(']', ', objects]'),
      [`objects/${K}`]: 'resources: [one.yaml, two.yaml]\n',
      'objects/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\ndata: { v: "2" }\n',
      'objects/two.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: two }\n',
    },
    staging: {
      [K]: own(5, '').replace(']', ', objects]'),
      [`objects/${K}`]: 'resources: [one.yaml, old.yaml]\n',
      'objects/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\ndata: { v: "1" }\n',
      'objects/old.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: old }\n',
    },
    after: {
      [`objects/${K}`]: 'resources: [one.yaml, two.yaml]\n',
      'objects/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\ndata: { v: "2" }\n',
      'objects/two.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: two }\n',
      'objects/old.yaml': '(gone)',
    },
  },
  'images of a component that this environment alone uses': {
    carry: 'images',
    dev: { [K]: own(1, 'images: [{name: r.example/shop, newTag: v2}]\n') },
    staging: {
      [K]: own(5, 'components: [part]\n'),
      [`part/${K}`]:
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: r.example/shop\n  newTag: v1\n',
    },
    after: {
      [`part/${K}`]:
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: r.example/shop\n  newTag: v2\n',
    },
  },
}

const below = (overlay: string, files: Overlay) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${overlay}/${name}`, content]))

async function promote(tree: Tree, carry: string): Promise<{ readonly plan: PromotionPlan; readonly after: Tree }> {
  const config = parseRepositoryConfig(
    `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, cluster: staging, after: [dev] }
carry: [${carry}]
`,
    '.lockstep.yaml',
  )
  const sources = await readSources(tree, await findOverlays(config, tree))
  const plan = await planPromotion(sources, { config, application: 'shop', from: 'dev', to: 'staging' })
  return { plan, after: overlayTree(tree, plan.files) }
}

let built = 0
async function render(tree: Tree, overlay: string): Promise<string> {
  const directory = join(temporary.path, `build-${built++}`)
  mkdirSync(directory)
  return plainBuild(kustomize, tree, overlay, directory)
}

const changed = ({ files }: PromotionPlan) =>
  Object.fromEntries(files.map(({ path, content }) => [path, content ?? '(gone)']))

describe('a configuration carries', () => {
  test.each(Object.entries(kinds))('%s', async (_, { carry, dev, staging, after: expected }) => {
    const tree = memoryTree({ ...BASE, ...below(D, dev), ...below(S, staging) })
    const { plan, after } = await promote(tree, carry)
    expect(changed(plan)).toEqual(below(S, expected))
    expect((await promote(after, carry)).plan).toMatchObject({ carried: [], files: [] })
    // But for the replicas, which are each one's own, the environment then is what its source is.
    const asSource = overlayTree(tree, [{ path: `${D}/${K}`, content: withCountOf(dev[K] ?? '', staging[K] ?? '') }])
    expect(await render(tree, S)).not.toBe(await render(asSource, D))
    expect(await render(after, S)).toBe(await render(asSource, D))
  })
})

function withCountOf(dev: string, staging: string): string {
  return dev.replace(/count: \d+/, /count: \d+/.exec(staging)?.[0] ?? '')
}

describe('what belongs together moves together', () => {
  const remote = (ref: string) => `resources:\n- ${bases()}//web?ref=${ref} # pinned\n`
  const bases = () => `file://${temporary.path}/bases`
  const settings = (level: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { v: ${level} }\n`
  const image = (tag: string) => `images:\n- name: r.example/shop\n  newTag: ${tag}\n`
  const deployment = { 'apps/shop/base/deployment.yaml': BASE['apps/shop/base/deployment.yaml'] }

  beforeAll(() => {
    const repository = createRepository(`${temporary.path}/bases`)
    repository.commit('one', { 'web/kustomization.yaml': 'resources: [web.yaml]\n', 'web/web.yaml': settings('one') })
    repository.git('tag', 'v1')
    repository.commit('two', { 'web/web.yaml': settings('two') })
    repository.git('tag', 'v2')
  })

  test('an image and the ref of the base that goes with it, in one plan', async () => {
    const files = (tag: string) => ({ [K]: `${remote(tag)}- ../../base\n${image(tag)}` })
    const tree = memoryTree({ ...BASE, ...below(D, files('v2')), ...below(S, files('v1')) })
    const { plan, after } = await promote(tree, 'images, refs, charts')
    expect(changed(plan)).toEqual(below(S, files('v2')))
    expect(plan.carried.map(({ path, after: value }) => [path, value])).toEqual([
      ['images[name=r.example/shop].newTag', 'v2'],
      [`resources[${bases()}//web].ref`, 'v2'],
    ])
    expect(await render(after, S)).toBe(await render(after, D))
    expect(await render(after, S)).toContain('v: two')
  })

  test('where one of them cannot move, none does', async () => {
    const tree = memoryTree({
      ...deployment,
      'apps/shop/base/kustomization.yaml': `${remote('v1')}- deployment.yaml\n`,
      'apps/cart/overlays/dev/kustomization.yaml': 'resources: [../../../shop/base]\n',
      ...below(D, { [K]: `${remote('v2')}${image('v2')}` }),
      ...below(S, { [K]: `resources: [../../base]\n${image('v1')}` }),
    })
    await expect(promote(tree, 'images, refs, charts')).rejects.toMatchObject({
      problems: [
        {
          code: 'FIELD_IS_SHARED',
          message: expect.stringContaining('cart/dev builds on, too'),
          file: 'apps/shop/base/kustomization.yaml',
          line: 2,
        },
      ],
    })
  })
})
