import { beforeEach, describe, expect, test } from '@jest/globals'
import type { VersionPolicy, VersionWatch } from '../../../src/config/versions.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import { parseImageVersion } from '../../../src/promotion/versions/image-version.ts'
import { publishBump } from '../../../src/promotion/versions/publish-bump.ts'
import { type WatchPorts, watchVersions } from '../../../src/promotion/versions/watch-versions.ts'
import { overlayYaml } from '../../support/overlay-repository.ts'
import { PromotionWorld } from '../../support/promotion-world.ts'

const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const BUILDS: VersionPolicy = { regex: '-b(?<n>\\d+)$', order: 'numeric' }

let world: PromotionWorld
let registry: Record<string, readonly string[] | LockstepError>
let asked: string[]
beforeEach(() => {
  registry = {}
  asked = []
})

function open(tag: string, ...watches: readonly Partial<VersionWatch>[]): void {
  const usual = { image: 'shop/checkout', policy: { semver: '<2' } }
  world = new PromotionWorld([tag, '1.0.0', '1.0.0'], { versions: watches.map((watch) => ({ ...usual, ...watch })) })
}

function ports(): WatchPorts {
  const { repository, mirror, loadConfig } = world.ports()
  return {
    repository,
    mirror,
    loadConfig,
    isBefore: (commit, other) => mirror.isAncestor(commit, other),
    open: async (sha) => {
      const { message, parents } = await mirror.commit(sha)
      return { tree: await mirror.tree(sha), message, parents }
    },
    pause: async () => undefined,
    registries: {
      async tags(image) {
        asked.push(image)
        const tags = registry[image] ?? []
        if (tags instanceof LockstepError) throw tags
        return tags
      },
      digest: async () => undefined,
    },
  }
}

const look = async () => (await watchVersions(ports())).map(({ decision, code }) => `${decision} ${code}`)
const titles = () => world.openPulls().map(({ title }) => title)
const fromCi = (version: string) =>
  publishBump(ports(), { application: 'checkout', versions: [parseImageVersion(version)], allowDowngrade: false })

describe('what is newer is what the policy says', () => {
  test.each<[string, string, VersionPolicy, readonly string[], string | undefined]>([
    ['a later build of an earlier version', '1.10-b5', BUILDS, ['1.10-b5', '1.9-b9'], '1.9-b9'],
    ['never a version that equals the one that is there', 'v1.2.0', { semver: '<2' }, ['1.2.0', 'v1.2.0'], undefined],
    ['never one older than what is there and gone from the registry', '1.5.0', { semver: '<2' }, ['1.4.0'], undefined],
    ['never one below a version beyond the range', '2.1.0', { semver: '<2' }, ['1.9.0'], undefined],
    ['what follows a tag that it does not take in', 'latest', { semver: '<2' }, ['1.4.0', 'latest'], '1.4.0'],
    ['nothing where it takes in nothing', '1.0.0', { semver: '>=5' }, ['1.4.0'], undefined],
    ['nothing where the registry has nothing', '1.0.0', { semver: '<2' }, [], undefined],
  ])('%s', async (_what, there, policy, tags, expected) => {
    open(there, { policy })
    registry['shop/checkout'] = tags
    expect(await look()).toEqual(expected === undefined ? [] : ['done BUMP_OPENED'])
    expect(titles()).toEqual(expected === undefined ? [] : [`Bump checkout to ${expected} in dev`])
  })

  test.each<[string, VersionPolicy, string, string]>([
    ['by a list of tags that is older than the build', BUILDS, 'main-b11', 'main-b10'],
    ['by what is beyond the range', { semver: '<2' }, '2.0.0', '1.9.0'],
  ])('what CI proposed is not taken back %s', async (_what, policy, proposed, listed) => {
    open('1.0.0', { policy })
    await fromCi(`shop/checkout=${proposed}`)
    registry['shop/checkout'] = [listed]
    expect(await look()).toEqual(['nothing NOTHING_TO_BUMP'])
    expect(titles()).toEqual([`Bump checkout to ${proposed} in dev`])
  })
})

describe('of several images and applications', () => {
  test('those of one application come in one pull request, those of another in its own', async () => {
    open('1.0.0', {}, { image: 'shop/proxy' })
    const proxy = (app: string, tag: string) => overlayYaml(app, tag, '  - name: shop/proxy\n    newTag: "1.0.0"\n')
    world.push('two', {
      [DEV]: proxy('checkout', '1.0.0'),
      'apps/cart/overlays/dev/kustomization.yaml': proxy('cart', 'c'),
    })
    registry = { 'shop/checkout': ['1.1.0'], 'shop/proxy': ['1.2.0'] }
    expect(await look()).toEqual(['done BUMP_OPENED', 'done BUMP_OPENED'])
    expect(titles()).toEqual(['Bump checkout in dev', 'Bump cart to 1.2.0 in dev'])
    expect(world.git.file('lockstep/bump/checkout', DEV)).toBe(
      proxy('checkout', '1.1.0').replace('newTag: "1.0.0"', 'newTag: "1.2.0"'),
    )
    expect(await look()).toEqual(['nothing BUMP_CURRENT', 'nothing BUMP_CURRENT'])
  })

  test('an image that no overlay uses is not asked for', async () => {
    open('1.0.0', { image: 'shop/none' })
    expect(await look()).toEqual([])
    expect(asked).toEqual([])
  })

  test('a registry that fails is asked once, told once, and keeps no other back', async () => {
    open('1.0.0', { image: 'shop/proxy' }, {})
    const proxy = (app: string) => overlayYaml(app, '1.0.0', '  - name: shop/proxy\n    newTag: "1.0.0"\n')
    world.push('two', { [DEV]: proxy('checkout'), 'apps/cart/overlays/dev/kustomization.yaml': proxy('cart') })
    const problem = { code: 'REGISTRY_UNREACHABLE', message: 'It is down.', remedy: 'Wait.' }
    registry = { 'shop/proxy': new LockstepError(problem, { kind: 'unreachable' }), 'shop/checkout': ['1.1.0'] }
    expect(await look()).toEqual(['failed REGISTRY_UNREACHABLE', 'done BUMP_OPENED'])
    expect(asked).toEqual(['shop/proxy', 'shop/checkout'])
    expect(titles()).toEqual(['Bump checkout to 1.1.0 in dev'])
  })

  test('an application that is named and does not use the image is told', async () => {
    open('1.0.0', { apps: ['cart', 'nobody', 'checkout'] })
    registry['shop/checkout'] = ['1.1.0']
    expect(await look()).toEqual(['refused IMAGE_UNKNOWN', 'refused UNKNOWN_APPLICATION', 'done BUMP_OPENED'])
  })
})

test('a tag whose digest is gone before it was asked for waits for the next look', async () => {
  open('1.0.0', {})
  world.push('pin', { [DEV]: `${overlayYaml('checkout', '1.0.0')}    digest: sha256:${'a'.repeat(64)}\n` })
  registry['shop/checkout'] = ['1.1.0']
  expect(await look()).toEqual([])
  expect(titles()).toEqual([])
})

test('a repository that watches nothing is not looked into', async () => {
  world = new PromotionWorld(['1.0.0', '1.0.0', '1.0.0'])
  expect(await look()).toEqual([])
})
