import { describe, expect, test } from '@jest/globals'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import { LockstepError } from '../../src/model/errors.ts'
import type { Target } from '../../src/model/target.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'
import type { Source } from '../../src/reconcile/ports.ts'
import { declaredTargets, type TrackedTarget } from '../../src/reconcile/targets/declared-targets.ts'
import { isDue } from '../../src/reconcile/targets/is-due.ts'
import { type Standing, standingOf } from '../../src/reconcile/targets/standing.ts'

const OVERLAYS = ['checkout/dev', 'checkout/prod', 'cart/prod']
const ENVIRONMENTS = '  - { name: dev, cluster: dev }\n  - { name: prod, clusters: [eu, us] }\n'

function repository(overlays: readonly string[], environments: string, more = ''): Tree {
  const config = `version: 1\noverlays: apps/{app}/{environment}\nenvironments:\n${environments}${more}`
  const files = overlays.map((path) => [`apps/${path}/kustomization.yaml`, 'resources: []\n'])
  return memoryTree({ '.lockstep.yaml': config, ...Object.fromEntries(files) })
}

function sourceOf(main: Tree, pins: Record<string, Tree> = {}): Source {
  return {
    async newest(track) {
      const tree = track && 'branch' in track ? pins[track.branch] : main
      if (!tree) throw new LockstepError({ code: 'TRACK_MISSING', message: 'gone', remedy: 'push it' })
      return { revision: tree.id, tree }
    },
    tree: async () => undefined,
  }
}

const standing = async (tree: Tree, target: Target, pins?: Record<string, Tree>): Promise<Standing> => {
  const declared = await declaredTargets(sourceOf(tree, pins))
  return standingOf(target, declared ?? { revision: '', config: parseRepositoryConfig(''), targets: [] })
}
const target = (text: string): Target => {
  const [application = '', environment = '', cluster = ''] = text.split('/')
  return { application, environment, cluster }
}

describe('what Git says of a target that a cluster has an inventory of', () => {
  test.each<[string, string, Tree, 'declared' | 'unsure' | 'orphan' | 'delete']>([
    ['it is there', 'cart/prod/us', repository(OVERLAYS, ENVIRONMENTS), 'declared'],
    ['its overlay is gone', 'cart/prod/us', repository(['checkout/dev', 'checkout/prod'], ENVIRONMENTS), 'orphan'],
    [
      'its overlay is gone, and what goes is deleted',
      'cart/prod/us',
      repository(['checkout/prod'], ENVIRONMENTS, 'removal: delete\n'),
      'delete',
    ],
    [
      'the environment says otherwise',
      'cart/prod/us',
      repository(['checkout/prod'], '  - { name: prod, cluster: us, removal: orphan }\n', 'removal: delete\n'),
      'orphan',
    ],
    [
      'its environment is gone',
      'checkout/dev/dev',
      repository(OVERLAYS, '  - { name: prod, clusters: [eu, us] }\n', 'removal: delete\n'),
      'delete',
    ],
    [
      'its cluster is gone',
      'cart/prod/us',
      repository(OVERLAYS, '  - { name: prod, cluster: eu, removal: delete }\n'),
      'delete',
    ],
    [
      'its environment lost every overlay',
      'checkout/dev/dev',
      repository(['cart/prod'], ENVIRONMENTS, 'removal: delete\n'),
      'unsure',
    ],
    [
      'the template finds nothing any more',
      'cart/prod/us',
      repository(['x/y/z'], ENVIRONMENTS, 'removal: delete\n'),
      'unsure',
    ],
    [
      'its environment is suspended',
      'cart/prod/us',
      repository(['checkout/prod'], '  - { name: prod, cluster: us, suspend: true, removal: delete }\n'),
      'unsure',
    ],
    [
      'its environment tracks what is not there',
      'cart/prod/us',
      repository(['checkout/prod'], '  - { name: prod, cluster: us, removal: delete, track: { branch: gone } }\n'),
      'unsure',
    ],
    [
      'its environment is gone, and nothing is found at all',
      'checkout/dev/dev',
      repository(['x/y/z'], '  - { name: prod, cluster: eu }\n', 'removal: delete\n'),
      'unsure',
    ],
  ])('%s', async (_, name, tree, expected) => {
    const found = await standing(tree, target(name))
    expect(found.kind === 'left' ? found.removal : found.kind).toBe(expected)
    if (found.kind === 'unsure')
      expect(found.problem).toMatchObject({ code: 'REMOVAL_UNSURE', message: expect.stringContaining(name) })
  })

  test('a pinned environment has the overlays of what it tracks, by the rules of the default branch', async () => {
    const main = repository(
      ['cart/dev'],
      '  - { name: dev, cluster: dev }\n  - { name: prod, cluster: eu, track: { branch: old } }\n',
    )
    const old = repository(['legacy/prod', 'legacy/dev'], '  - { name: prod, clusters: [other] }\n')
    const declared = await declaredTargets(sourceOf(main, { old }))
    expect(declared?.targets.map((one) => [one.target, one.tree === old])).toEqual([
      [target('cart/dev/dev'), false],
      [target('legacy/prod/eu'), true],
    ])
    expect((await standing(main, target('legacy/prod/eu'), { old })).kind).toBe('declared')
  })

  test('a pin that cannot be asked about now is no pin that leads nowhere', async () => {
    const main = repository(['cart/prod'], '  - { name: prod, cluster: eu, track: { branch: old } }\n')
    const source = sourceOf(main)
    const outage = new LockstepError({ code: 'GIT_UNREACHABLE', message: 'm', remedy: 'r' }, { kind: 'unreachable' })
    const newest: Source['newest'] = (track) => (track ? Promise.reject(outage) : source.newest())
    await expect(declaredTargets({ ...source, newest })).rejects.toBe(outage)
  })

  test('no configuration declares nothing, and a faulty one is refused', async () => {
    expect(await declaredTargets(sourceOf(memoryTree({ 'README.md': 'x' })))).toBeUndefined()
    await expect(declaredTargets(sourceOf(memoryTree({ '.lockstep.yaml': 'version: 2\n' })))).rejects.toThrow(
      LockstepError,
    )
  })
})

describe('whether a target has to be looked at', () => {
  const NOW = new Date('2026-01-01T12:00:00Z')
  const status: TargetStatus = {
    target: target('cart/prod/eu'),
    renderDigest: 'a',
    sync: 'Synced',
    health: 'Healthy',
    drift: [],
    problems: [],
    observedAt: '2026-01-01T11:59:30Z',
  }
  const one = (keys = '', tree: Tree | undefined = memoryTree({})): TrackedTarget => {
    const [environment] = parseRepositoryConfig(
      `version: 1\noverlays: apps/{app}/{environment}\nenvironments:\n  - { name: prod, cluster: eu${keys} }\n`,
    ).environments
    if (!environment) throw new Error('no environment')
    return {
      target: status.target,
      overlay: { application: 'cart', environment: 'prod', path: 'p' },
      environment,
      tree,
    }
  }
  const problem = { code: 'PRUNE_LIMIT', message: 'm', remedy: 'r' }

  test.each<[string, TrackedTarget, TargetStatus | undefined, boolean | 'unknown']>([
    ['in order: only a new render can change that', one(), status, 'unknown'],
    ['never seen', one(), undefined, true],
    ['seen too long ago', one(), { ...status, observedAt: '2026-01-01T11:58:59Z' }, true],
    ['out of sync', one(), { ...status, sync: 'OutOfSync' }, true],
    ['with a problem', one(), { ...status, problems: [problem] }, true],
    ['suspended since', one(', suspend: true'), status, true],
    [
      'suspended and shown so',
      one(', suspend: true'),
      { ...status, suspended: true, sync: 'OutOfSync', problems: [problem] },
      false,
    ],
    [
      'suspended, and nobody looked at it lately',
      one(', suspend: true'),
      { ...status, suspended: true, observedAt: '2026-01-01T11:58:59Z' },
      true,
    ],
    ['going on again', one(), { ...status, suspended: true }, true],
    ['pinned since', one(', track: { tag: v1.* }'), status, true],
    ['pinned and shown so', one(', track: { tag: v1.* }'), { ...status, track: 'tag v1.*' }, 'unknown'],
    ['pinned to something else since', one(', track: { tag: v2.* }'), { ...status, track: 'tag v1.*' }, true],
    ['not pinned any more', one(), { ...status, track: 'tag v1.*' }, true],
    [
      'pinned to what is gone',
      { ...one(', track: { tag: v1.* }'), tree: undefined },
      { ...status, track: 'tag v1.*' },
      true,
    ],
  ])('%s', (_, declared, known, expected) => {
    expect(isDue(declared, known, NOW)).toBe(expected)
  })
})
