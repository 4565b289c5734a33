import { describe, expect, test } from '@jest/globals'
import { loadRepositoryConfig } from '../../src/config/load.ts'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import { LockstepError, printProblem } from '../../src/model/errors.ts'
import { memoryTree } from '../../src/model/tree.ts'
import { linesOf } from '../support/problems.ts'

const HEAD = 'version: 1\noverlays: apps/{app}/{environment}\n'
const one = (keys: string) => `${HEAD}environments:\n  - { name: prod, clusters: [eu, us], ${keys} }\n`
const environment = (keys: string) => parseRepositoryConfig(one(keys)).environments[0]
const refusal = (text: string) => linesOf(() => parseRepositoryConfig(text))

describe('how an environment is reconciled', () => {
  test('without a word: the default branch, every cluster at once, five minutes, and nothing is ever removed', () => {
    expect(environment('namespaces: []')).toMatchObject({
      suspend: false,
      waves: [],
      order: {},
      health: { timeoutMs: 300_000, rules: [] },
      removal: 'orphan',
    })
  })

  test.each<[string, object]>([
    ['track: { branch: release/2 }', { track: { branch: 'release/2' } }],
    ['track: { tag: v1.* }', { track: { tag: 'v1.*' } }],
    [`track: { commit: ${'a'.repeat(40)} }`, { track: { commit: 'a'.repeat(40) } }],
    ['suspend: true', { suspend: true }],
    [
      'kinds: { allow: ["*", ClusterRole.rbac.authorization.k8s.io], deny: [Secret, "*.example.com"] }',
      { kinds: { allow: ['*', 'ClusterRole.rbac.authorization.k8s.io'], deny: ['Secret', '*.example.com'] } },
    ],
    ['removal: delete', { removal: 'delete' }],
    [
      'waves: [[eu], [us]]',
      {
        waves: [
          { clusters: ['eu'], soakMs: 0 },
          { clusters: ['us'], soakMs: 0 },
        ],
      },
    ],
    [
      'waves: [[eu], { clusters: [us], soak: 10m }]',
      {
        waves: [
          { clusters: ['eu'], soakMs: 0 },
          { clusters: ['us'], soakMs: 600_000 },
        ],
      },
    ],
    ['order: { web: [database] }', { order: { web: ['database'] } }],
    ['health: { timeout: 30s }', { health: { timeoutMs: 30_000 } }],
    [
      'health: { rules: [{ kind: Certificate.cert-manager.io, healthy: "has(status.notAfter)" }, { kind: Pod, degraded: "true" }] }',
      {
        health: {
          rules: [
            { kind: 'Certificate', group: 'cert-manager.io', healthy: 'has(status.notAfter)' },
            { kind: 'Pod', group: '', degraded: 'true' },
          ],
        },
      },
    ],
  ])('%s', (keys, expected) => {
    expect(environment(keys)).toMatchObject(expected)
  })

  test('what stands at the top holds everywhere, unless an environment says otherwise', () => {
    const config = parseRepositoryConfig(`${HEAD}environments:
  - { name: dev, cluster: dev }
  - { name: prod, cluster: prod, removal: orphan, order: { web: [cache] }, health: { rules: [{ kind: A.x.io, healthy: "true" }] } }
removal: delete
order: { web: [database] }
health: { timeout: 1m, rules: [{ kind: B.x.io, healthy: "true" }] }
`)
    const [dev, prod] = config.environments
    expect(config.removal).toBe('delete')
    expect(dev).toMatchObject({ removal: 'delete', order: { web: ['database'] }, health: { timeoutMs: 60_000 } })
    expect(prod).toMatchObject({ removal: 'orphan', order: { web: ['cache'] }, health: { timeoutMs: 60_000 } })
    expect(prod?.health.rules.map(({ kind }) => kind)).toEqual(['A', 'B'])
  })
})

test('earlier tools whose objects are taken over', () => {
  const config = (keys: string) => parseRepositoryConfig(`${one('suspend: false')}${keys}`)
  expect(config('').takeover).toBeUndefined()
  expect(config('takeover: [deployer, ci-*]\n').takeover).toEqual(['deployer', 'ci-*'])
  expect(refusal(`${one('suspend: false')}takeover: ["*"]\n`)).toEqual([
    '.lockstep.yaml:5:12 CONFIG_INVALID takeover[0] must be a field manager, or the beginning of one and "*", not "*". See docs/reference/repository-config.md.',
  ])
})

describe('a fault is named with its place', () => {
  test.each<[string, string, string]>([
    [
      'two pins',
      'track: { branch: a, tag: b }',
      '4:46 CONFIG_INVALID environments[0].track must be one of {branch: NAME}, {tag: PATTERN} and {commit: SHA}.',
    ],
    ['a pin that is none', 'track: main', '4:46 CONFIG_INVALID environments[0].track must be a mapping, not "main".'],
    [
      'a shortened commit',
      'track: { commit: abc1234 }',
      '4:56 CONFIG_INVALID environments[0].track.commit must be a full commit id, not "abc1234".',
    ],
    [
      'a branch that cannot be',
      'track: { branch: "a b" }',
      '4:56 CONFIG_INVALID environments[0].track.branch must be the name of a branch, not "a b".',
    ],
    [
      'a pattern that cannot match',
      'track: { tag: "v 1" }',
      '4:53 CONFIG_INVALID environments[0].track.tag must be a tag, or a pattern such as v1.*, not "v 1".',
    ],
    [
      'a word instead of yes or no',
      'suspend: soon',
      '4:48 CONFIG_INVALID environments[0].suspend must be true or false, not "soon".',
    ],
    [
      'an unknown removal',
      'removal: wait',
      '4:48 CONFIG_INVALID environments[0].removal must be orphan or delete, not "wait".',
    ],
    [
      'a kind that cannot be',
      'kinds: { allow: [deployments] }',
      '4:56 CONFIG_INVALID environments[0].kinds.allow[0] must be KIND.GROUP, KIND of the core, *.GROUP or *, not "deployments".',
    ],
    ['kinds without a word', 'kinds: {}', '4:46 CONFIG_INVALID environments[0].kinds must say allow or deny.'],
    ['a cluster in no wave', 'waves: [[eu]]', '4:46 CONFIG_INVALID The cluster "us" is in no wave.'],
    [
      'a cluster of another environment',
      'waves: [[eu], [us, asia]]',
      '4:58 CONFIG_INVALID The environment has no cluster "asia".',
    ],
    [
      'a cluster in two waves',
      'waves: [[eu], { clusters: [us, eu] }]',
      '4:70 CONFIG_DUPLICATE "eu" stands in two places.',
    ],
    [
      'a soak before the first wave',
      'waves: [{ clusters: [eu], soak: 1m }, [us]]',
      '4:71 CONFIG_INVALID No wave comes before the first, so its `soak` has no effect.',
    ],
    ['an empty wave', 'waves: [[], [eu, us]]', '4:47 CONFIG_INVALID environments[0].waves[0] must name at least one.'],
    [
      'an order in a circle',
      'order: { a: [b], b: [c], c: [a] }',
      '4:51 CONFIG_CYCLE Applications wait for each other in a circle: a after b after c after a.',
    ],
    [
      'an application after itself',
      'order: { a: [a] }',
      '4:51 CONFIG_CYCLE Applications wait for each other in a circle: a after a.',
    ],
    ['an application named twice', 'order: { a: [b, b] }', '4:55 CONFIG_DUPLICATE "b" stands twice before a.'],
    [
      'an expression that does not parse',
      'health: { rules: [{ kind: A.x.io, healthy: "status.x ==" }] }',
      '4:82 CONFIG_INVALID environments[0].health.rules[0].healthy is not a valid expression: Unexpected token: EOF.',
    ],
    [
      'an expression over something else',
      'health: { rules: [{ kind: A.x.io, healthy: "process.env" }] }',
      '4:82 CONFIG_INVALID environments[0].health.rules[0].healthy is not a valid expression: Unknown variable: process.',
    ],
    [
      'an expression that says no yes or no',
      'health: { rules: [{ kind: A.x.io, healthy: "1 + 1" }] }',
      '4:82 CONFIG_INVALID environments[0].health.rules[0].healthy must say yes or no, but gives int',
    ],
    [
      'a rule without an expression',
      'health: { rules: [{ kind: A.x.io }] }',
      '4:57 CONFIG_INVALID environments[0].health.rules[0] must say healthy, progressing or degraded.',
    ],
    [
      'a kind that is none',
      'health: { rules: [{ kind: a/b, healthy: "true" }] }',
      '4:65 CONFIG_INVALID environments[0].health.rules[0].kind must be KIND.GROUP, or KIND of the core, not "a/b".',
    ],
  ])('%s', (_, keys, line) => {
    expect(refusal(one(keys)).join('\n')).toContain(`.lockstep.yaml:${line}`)
    expect(refusal(one(keys))).toHaveLength(1)
  })

  test('waves of an environment with one cluster', () => {
    const lines = refusal(`${HEAD}environments:\n  - { name: dev, cluster: dev, waves: [[dev], [eu]] }\n`)
    expect(lines).toEqual(['.lockstep.yaml:4:48 CONFIG_INVALID The environment has no cluster "eu". Known: dev.'])
  })

  test('a circle in the order at the top', () => {
    const lines = refusal(`${HEAD}environments:\n  - { name: dev, cluster: dev }\norder: { web: [api], api: [web] }\n`)
    expect(lines).toEqual([
      '.lockstep.yaml:5:15 CONFIG_CYCLE Applications wait for each other in a circle: web after api after web. Remove one of the links.',
    ])
  })
})

describe('applications that `order` names', () => {
  const load = (more: string, files: readonly string[] = ['apps/web/dev', 'apps/database/dev']) =>
    loadRepositoryConfig(
      memoryTree({
        '.lockstep.yaml': `${HEAD}environments:\n  - { name: dev, cluster: dev }\n${more}`,
        ...Object.fromEntries(files.map((path) => [`${path}/kustomization.yaml`, 'resources: []\n'])),
      }),
    )
  const problemsOf = (more: string) =>
    load(more).then(
      () => [],
      (error: unknown) => (error instanceof LockstepError ? error.problems.map(printProblem) : Promise.reject(error)),
    )

  test('have to be there, on either side', async () => {
    expect(await problemsOf('order: { web: [database] }\n')).toEqual([])
    expect(await problemsOf('order: { web: [databse], wep: [database] }\n')).toEqual([
      '.lockstep.yaml:5:16 CONFIG_UNKNOWN_APPLICATION No application "databse" has an overlay. Did you mean "database"?',
      '.lockstep.yaml:5:31 CONFIG_UNKNOWN_APPLICATION No application "wep" has an overlay. Did you mean "web"?',
    ])
  })

  test('are not judged by the default branch where an environment tracks another', async () => {
    expect(
      await problemsOf('  - { name: prod, cluster: prod, track: { branch: old }, order: { web: [legacy] } }\n'),
    ).toEqual([])
  })
})
