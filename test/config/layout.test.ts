import { describe, expect, test } from '@jest/globals'
import { findOverlays, targetsOf, unnamableDirectories } from '../../src/config/layout.ts'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import { memoryTree } from '../../src/model/tree.ts'

const ENVIRONMENTS = `environments:
  - { name: dev, cluster: dev }
  - { name: prod, clusters: [prod-eu, prod-us], after: [dev] }
`
const configOf = (overlays: string, environments = ENVIRONMENTS) =>
  parseRepositoryConfig(`version: 1\noverlays: ${overlays}\n${environments}`)
const treeOf = (directories: readonly string[], name = 'kustomization.yaml') =>
  memoryTree(Object.fromEntries(directories.map((directory) => [`${directory}/${name}`, ''])))

/** `application/environment[/cluster] path` of each overlay. */
async function overlaysOf(overlays: string, directories: readonly string[]): Promise<string[]> {
  const found = await findOverlays(configOf(overlays), treeOf(directories))
  return found.map(({ application, environment, cluster, path }) =>
    [[application, environment, ...(cluster ? [cluster] : [])].join('/'), path].join(' '),
  )
}

describe('layouts of real repositories', () => {
  test.each<[template: string, directories: string[], expected: string[]]>([
    [
      'apps/{app}/overlays/{environment}',
      ['apps/checkout/base', 'apps/checkout/overlays/dev', 'apps/checkout/overlays/prod', 'apps/checkout/overlays/qa'],
      ['checkout/dev apps/checkout/overlays/dev', 'checkout/prod apps/checkout/overlays/prod'],
    ],
    [
      'components/{app}/{environment}',
      ['components/web/dev', 'components/web/prod/base', 'components/web/prod', 'elsewhere/components/web/dev'],
      ['web/dev components/web/dev', 'web/prod components/web/prod'],
    ],
    [
      "['components/{app}/{environment}/{cluster}', 'components/{app}/{environment}']",
      ['components/web/dev', 'components/web/prod/base', 'components/web/prod/prod-eu', 'components/web/prod/prod-us'],
      [
        'web/dev components/web/dev',
        'web/prod/prod-eu components/web/prod/prod-eu',
        'web/prod/prod-us components/web/prod/prod-us',
      ],
    ],
    [
      "'{app}/overlays/{environment}/{cluster}'",
      ['web/overlays/dev/dev', 'web/overlays/dev/prod-eu', 'web/overlays/prod/prod-eu'],
      ['web/dev/dev web/overlays/dev/dev', 'web/prod/prod-eu web/overlays/prod/prod-eu'],
    ],
    [
      "'envs/{environment}'\napplication: shop",
      ['envs/dev', 'envs/prod', 'base'],
      ['shop/dev envs/dev', 'shop/prod envs/prod'],
    ],
    [
      "'{environment}/{app}'",
      ['dev/web', 'prod/web', 'prod/cart'],
      ['cart/prod prod/cart', 'web/dev dev/web', 'web/prod prod/web'],
    ],
    ['apps/{app}-{environment}', ['apps/my-web-dev', 'apps/web-qa'], ['my-web/dev apps/my-web-dev']],
    ['x/{app}/{app}-{environment}', ['x/web/web-dev', 'x/web/cart-dev'], ['web/dev x/web/web-dev']],
  ])('%s', async (template, directories, expected) => {
    expect(await overlaysOf(template, directories)).toEqual(expected)
  })
})

test.each([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
])('%s makes a directory an overlay', async (name) => {
  expect(await findOverlays(configOf('a/{app}/{environment}'), treeOf(['a/web/dev'], name))).toHaveLength(1)
})

test('a directory without a kustomization file is no overlay', async () => {
  expect(await findOverlays(configOf('a/{app}/{environment}'), treeOf(['a/web/dev'], 'values.yaml'))).toEqual([])
})

test('where environment names end alike, the longest fits', async () => {
  const config = configOf(
    '{app}-{environment}'.replace(/^/, 'a/'),
    'environments:\n  - { name: eu, cluster: a }\n  - { name: prod-eu, cluster: b }\n',
  )
  const found = await findOverlays(config, treeOf(['a/web-prod-eu', 'a/web-eu']))
  expect(found.map(({ application, environment }) => `${application} ${environment}`)).toEqual([
    'web eu',
    'web prod-eu',
  ])
})

test('of several templates the first wins, target by target', async () => {
  const both = ['a/web/prod', 'b/web/prod', 'b/web/dev']
  expect(await overlaysOf("['a/{app}/{environment}', 'b/{app}/{environment}']", both)).toEqual([
    'web/dev b/web/dev',
    'web/prod a/web/prod',
  ])
  const general = ['a/web/prod', 'a/web/prod/prod-eu']
  expect(await overlaysOf("['a/{app}/{environment}', 'a/{app}/{environment}/{cluster}']", general)).toEqual([
    'web/prod a/web/prod',
  ])
})

test('a directory that two templates fit is read by the first', async () => {
  expect(await overlaysOf("['{app}/x/{environment}', 'apps/{app}/{environment}']", ['apps/x/dev'])).toEqual([
    'apps/dev apps/x/dev',
  ])
})

test('an overlay without a cluster is applied to each cluster that has none of its own', async () => {
  const config = configOf("['a/{app}/{environment}/{cluster}', 'a/{app}/{environment}']")
  const overlays = await findOverlays(config, treeOf(['a/web/prod', 'a/web/prod/prod-us', 'a/cart/prod']))
  expect(
    targetsOf(config, overlays).map(({ target, overlay }) => [target.application, target.cluster, overlay.path]),
  ).toEqual([
    ['cart', 'prod-eu', 'a/cart/prod'],
    ['cart', 'prod-us', 'a/cart/prod'],
    ['web', 'prod-eu', 'a/web/prod'],
    ['web', 'prod-us', 'a/web/prod/prod-us'],
  ])
})

test('a directory that cannot be a name is no overlay, and is told', async () => {
  const config = configOf('a/{app}/{environment}')
  const tree = treeOf(['a/we b/dev', 'a/x..y/dev', 'a/-x/prod', 'a/ok/dev'])
  expect((await findOverlays(config, tree)).map(({ application }) => application)).toEqual(['ok'])
  expect(await unnamableDirectories(config, tree)).toEqual(['a/-x/prod', 'a/we b/dev', 'a/x..y/dev'])
})

test('letters that mean something in patterns stand for themselves', async () => {
  const config = configOf('"a.b/{app}(x)/{environment}"', 'environments:\n  - { name: d.v, cluster: c }\n')
  const found = await findOverlays(config, treeOf(['a.b/web(x)/d.v', 'aXb/web(x)/d.v', 'a.b/web(x)/dXv']))
  expect(found.map(({ path }) => path)).toEqual(['a.b/web(x)/d.v'])
})
