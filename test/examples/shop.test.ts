import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../src/adapters/git/local-repository.ts'
import { createKustomizeRenderer } from '../../src/adapters/kustomize/renderer.ts'
import { findOverlays } from '../../src/config/layout.ts'
import { loadRepositoryConfig } from '../../src/config/load.ts'
import type { RepositoryConfig } from '../../src/config/repository-config.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import type { Overlay } from '../../src/model/target.ts'
import { createRepository, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runCommand } from '../support/run-command.ts'

const temporary = temporaryDirectory('lockstep-shop')
const shop = `${temporary.path}/shop`
let config: RepositoryConfig
let rendered: { readonly overlay: Overlay; readonly manifests: readonly Manifest[]; readonly source: string }[]

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
  cpSync(fileURLToPath(new URL('../../examples/shop', import.meta.url)), shop, { recursive: true })
  createRepository(shop).commit('the shop')
  const tree = await (await openLocalRepository(shop)).workTree()
  config = (await loadRepositoryConfig(tree)) as RepositoryConfig
  const renderer = createKustomizeRenderer()
  rendered = await Promise.all(
    (await findOverlays(config, tree)).map(async (overlay) => {
      const { manifests } = await renderer.render(tree, overlay.path)
      const files = ['kustomization.yaml', 'kustomization.yml'].map((name) => `${overlay.path}/${name}`)
      return { overlay, manifests, source: [...(await tree.read(files)).values()].join('') }
    }),
  )
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

const renderedOf = (application: string, environment: string) =>
  rendered.find(({ overlay }) => overlay.application === application && overlay.environment === environment)

test('it is four applications in three environments, and sound', async () => {
  expect(rendered.map(({ overlay }) => `${overlay.application}/${overlay.environment}`)).toEqual(
    ['cart', 'checkout', 'payments', 'search'].flatMap((name) => [`${name}/dev`, `${name}/staging`, `${name}/prod`]),
  )
  expect(await runCommand(['validate', '--repo', shop])).toMatchObject({ code: 0, stdout: '' })
})

test('every object is in the namespace its environment allows, and none is the namespace itself', () => {
  for (const { overlay, manifests } of rendered) {
    const { namespaces } = config.environments.find(({ name }) => name === overlay.environment) ?? {}
    expect(namespaces).toEqual([overlay.environment])
    for (const { key } of manifests) expect([key.kind, key.namespace]).toEqual([key.kind, overlay.environment])
  }
})

test('staging heals drift, prod leaves it to a person, and promotions wait for one', () => {
  const policies = config.environments.map(({ name, drift, promote }) => [name, drift.policy, promote])
  expect(policies).toEqual([
    ['dev', 'heal', 'manual'],
    ['staging', 'heal', 'manual'],
    ['prod', 'report', 'manual'],
  ])
})

describe.each(['checkout', 'cart', 'payments', 'search'])('%s', (application) => {
  test.each([
    'dev',
    'staging',
    'prod',
  ])('has one tag to promote in %s, quoted or plain, and a Deployment that runs it', (environment) => {
    const { manifests = [], source = '' } = renderedOf(application, environment) ?? {}
    const tags = [...source.matchAll(/newTag:\s*["']?([^"'\s},#]+)/g)].map(([, tag]) => tag)
    expect(tags).toHaveLength(1)
    const images = JSON.stringify(manifests.filter(({ key }) => key.kind === 'Deployment').map(({ body }) => body))
    expect(images).toContain(`ghcr.io/acme/${application}:${tags[0]}`)
  })
})

test('the overlays of checkout in staging and prod have comments, replicas and settings of their own to keep', () => {
  for (const environment of ['staging', 'prod']) {
    const source = renderedOf('checkout', environment)?.source ?? ''
    for (const word of ['# ', 'replicas:', 'configMapGenerator:']) expect(source).toContain(word)
  }
  expect(renderedOf('checkout', 'prod')?.source).toContain('patches:')
})

test('removing the currencies of payments from prod is more than the prune limit allows', () => {
  const currencies = renderedOf('payments', 'prod')?.manifests.filter(({ key }) => key.name.startsWith('currency-'))
  expect(currencies?.length).toBeGreaterThan(config.prune.limit + 1)
})
