import { describe, expect, test } from '@jest/globals'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule } from '../../../src/config/repository-config.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { planPromotion } from '../../../src/promotion/carry/plan.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const D = 'apps/shop/overlays/dev'
const S = 'apps/shop/overlays/staging'
const K = 'kustomization.yaml'

/** Contents of the files that a promotion from dev to staging changes. */
async function promoted(files: Record<string, string>, carry?: CarryRule[]): Promise<Record<string, string | null>> {
  const config = threeEnvironments(carry && { carry })
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

describe('remote bases of one repository', () => {
  const remote = (directory: string, ref: string) =>
    `resources:\n- https://github.com/acme/bases/${directory}?ref=${ref}\n`

  test('a directory that only this environment takes moves to the version of the repository', async () => {
    const files = { [`${D}/${K}`]: remote('aws', 'v2'), [`${S}/${K}`]: remote('vault', 'v1') }
    expect(await promoted(files)).toEqual({ [`${S}/${K}`]: remote('vault', 'v2') })
  })

  test.each([
    ['another repository', 'resources:\n- https://github.com/acme/others/vault?ref=v1\n', remote('aws', 'v2')],
    ['versions counted for each directory', remote('vault', 'vault/v1'), remote('aws', 'aws/v2')],
    [
      'two versions at once',
      remote('vault', 'v1'),
      `${remote('aws', 'v2')}- https://github.com/acme/bases/gcp?ref=v3\n`,
    ],
  ])('it stays where there is no one version: %s', async (_, staging, dev) => {
    expect(await promoted({ [`${D}/${K}`]: dev, [`${S}/${K}`]: staging })).toEqual({})
  })
})

describe('an image that the environment does not set yet', () => {
  const image = (tag: string) => `images:\n- name: shop/web\n  newTag: ${tag}\n`
  const from = (environment: string) => `apps/shop/overlays/${environment}/base/${K}`

  test('is added to the base in the same position, where this environment alone builds on it', async () => {
    const files = {
      [`${D}/${K}`]: 'resources: [base]\n',
      [from('dev')]: image('v2'),
      [`${S}/${K}`]: 'resources: [base]\n',
      [from('staging')]: 'namePrefix: s-\n',
    }
    expect(await promoted(files)).toEqual({ [from('staging')]: `namePrefix: s-\n${image('v2')}` })
  })

  test('is added to the overlay where that base is shared', async () => {
    const files = {
      [`${D}/${K}`]: 'resources: [../../base]\nimages:\n- name: shop/web\n  newTag: v2\n',
      [`${S}/${K}`]: 'resources: [../../base]\n',
      [`apps/shop/base/${K}`]: image('v1'),
    }
    expect(await promoted(files)).toEqual({ [`${S}/${K}`]: `resources: [../../base]\n${image('v2')}` })
  })

  test('is added to the overlay where it comes from a shared base, wherever the source sets it', async () => {
    const files = {
      [`${D}/${K}`]: 'resources: [../../dev-base]\n',
      [`apps/shop/dev-base/${K}`]: image('v2'),
      [`${S}/${K}`]: 'resources: [../../base]\n',
      [`apps/shop/base/${K}`]: image('v1'),
      [`apps/shop/overlays/prod/${K}`]: 'resources: [../../base]\n',
    }
    expect(await promoted(files)).toEqual({ [`${S}/${K}`]: `resources: [../../base]\n${image('v2')}` })
  })

  test('is refused where a shared base renames it, so that nothing that is added would meet it', async () => {
    const renamed = 'images:\n- name: shop/web\n  newName: mirror/web\n  newTag: v1\n'
    const files = {
      [`${D}/${K}`]: 'resources: [../../dev-base]\n',
      [`apps/shop/dev-base/${K}`]: renamed.replace('v1', 'v2'),
      [`${S}/${K}`]: 'resources: [../../base]\n',
      [`apps/shop/base/${K}`]: renamed,
      [`apps/shop/overlays/prod/${K}`]: 'resources: [../../base]\n',
    }
    await expect(promoted(files)).rejects.toMatchObject({
      problems: [
        {
          code: 'FIELD_IS_SHARED',
          message: expect.stringContaining('shop/prod'),
          file: `apps/shop/base/${K}`,
          line: 3,
        },
      ],
    })
  })

  test('is not added where the environment does not build what it is an image of', async () => {
    const files = {
      [`${D}/${K}`]: 'resources: [extra]\n',
      [`${D}/extra/${K}`]: image('v2'),
      [`${S}/${K}`]: 'namePrefix: s-\n',
    }
    expect(await promoted(files)).toEqual({})
  })
})

/** Each carried value as it is written in a kustomization, and the rule that carries it. */
const values: Record<string, { readonly carry: CarryRule[]; readonly text: (value: string) => string }> = {
  'an image': { carry: [{ kind: 'images' }], text: (value) => `images:\n- name: a\n  newTag: ${value}\n` },
  'a ref': { carry: [{ kind: 'refs' }], text: (value) => `bases:\n- github.com/acme/bases//web?ref=${value}\n` },
  'a chart': { carry: [{ kind: 'charts' }], text: (value) => `helmCharts:\n- name: redis\n  version: ${value}\n` },
  'a named field': {
    carry: [{ kind: 'path', path: 'commonLabels.tier' }],
    text: (value) => `commonLabels:\n  tier: ${value}\n`,
  },
  'an image in a patch': {
    carry: [{ kind: 'images' }],
    text: (value) =>
      `patches:\n- patch: |\n    kind: Job\n    metadata: {name: a}\n    spec: {containers: [{name: c, image: "a:${value}"}]}\n`,
  },
  'a part of a patch': {
    carry: [{ kind: 'patch', patch: 'Job/a', path: 'spec.mode' }],
    text: (value) =>
      `patches:\n- patch: |\n    kind: Job\n    metadata: {name: a}\n    spec:\n      mode: ${value}\n      other: 1\n`,
  },
}

const BASE = `apps/shop/base/${K}`
const PART = `apps/shop/parts/web/${K}`
const component = 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n'

/** Where staging gets the value from, and what else is there. The file that is to be edited stands first. */
const places: Record<string, (text: string) => Readonly<Record<string, string>>> = {
  'its overlay': (text) => ({ [`${S}/${K}`]: text }),
  'a base of its own': (text) => ({ [BASE]: text, [`${S}/${K}`]: 'resources: [../../base]\n' }),
  'a base below the overlay': (text) => ({ [`${S}/base/${K}`]: text, [`${S}/${K}`]: 'resources: [base]\n' }),
  'a base of a base': (text) => ({
    [`apps/shop/deep/${K}`]: text,
    [BASE]: 'resources: [../deep]\n',
    [`${S}/${K}`]: 'resources: [../../base]\n',
  }),
  'a component of its own': (text) => ({ [PART]: component + text, [`${S}/${K}`]: 'components: [../../parts/web]\n' }),
  'its overlay, above a base that others share': (text) => ({
    [`${S}/${K}`]: `resources: [../../base]\n${text}`,
    [BASE]: text,
    [`apps/shop/overlays/prod/${K}`]: 'resources: [../../base]\n',
  }),
}

/** Where others build on the place; refused unless the value can be overridden. */
const shared: Record<string, (text: string) => Readonly<Record<string, string>>> = {
  'a base that prod uses too': (text) => ({
    [BASE]: text,
    [`${S}/${K}`]: 'resources: [../../base]\n',
    [`apps/shop/overlays/prod/${K}`]: 'resources: [../../base]\n',
  }),
  'a component that prod uses too': (text) => ({
    [PART]: component + text,
    [`${S}/${K}`]: 'components: [../../parts/web]\n',
    [`apps/shop/overlays/prod/${K}`]: 'components: [../../parts/web]\n',
  }),
  'its overlay, on which prod builds': (text) => ({
    [`${S}/${K}`]: text,
    [`apps/shop/overlays/prod/${K}`]: 'resources: [../staging]\n',
  }),
}

describe.each(Object.entries(values))('%s', (what, { carry, text }) => {
  test.each(Object.entries(places))('is edited in %s', async (_, at) => {
    const [place = ''] = Object.keys(at(''))
    const edited = await promoted({ [`${D}/${K}`]: text('v2'), ...at(text('v1')) }, carry)
    expect(edited).toEqual({ [place]: at(text('v2'))[place] })
  })

  const isOverride = (place: string) => what === 'an image' && !place.startsWith('its overlay')
  test.each(Object.entries(shared))('is never changed in %s', async (place, at) => {
    const files = at(text('v1'))
    const run = promoted({ [`${D}/${K}`]: text('v2'), ...files }, carry)
    const [file = ''] = Object.keys(files)
    if (isOverride(place)) {
      expect(await run).toEqual({ [`${S}/${K}`]: `${files[`${S}/${K}`]}${text('v2')}` })
      return
    }
    await expect(run).rejects.toMatchObject({
      problems: [
        {
          code: 'FIELD_IS_SHARED',
          message: expect.stringContaining('shop/prod builds on, too'),
          file,
          line: expect.any(Number),
        },
      ],
    })
  })
})
