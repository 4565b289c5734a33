import { describe, expect, test } from '@jest/globals'
import type { AfterRule, EnvironmentConfig } from '../../../src/config/repository-config.ts'
import type { TargetStatus } from '../../../src/model/target-status.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { overlayYaml, threeEnvironments } from '../../support/overlay-repository.ts'
import { PromotionWorld } from '../../support/promotion-world.ts'

const [TEMPLATE] = threeEnvironments().environments
const environment = (name: string, after: AfterRule): EnvironmentConfig =>
  ({ ...TEMPLATE, name, clusters: [name], after }) as EnvironmentConfig
const fileIn = (name: string) => `apps/checkout/overlays/${name}/kustomization.yaml`

type Says = Readonly<Record<string, Partial<TargetStatus> | 'nothing'>>

/** `tags` by environment; those of `after` come before `prod`. Versions arrive in the order of their names. */
async function promotedTo(after: AfterRule, tags: Readonly<Record<string, string>>, says: Says = {}) {
  const names = Object.keys(tags).filter((name) => name !== 'prod')
  const environments = [...names.map((name) => environment(name, { all: [] })), environment('prod', after)]
  const made = new PromotionWorld([], { environments })
  for (const gone of ['dev', 'staging', 'prod'].flatMap((name) => [
    fileIn(name),
    fileIn(name).replace('checkout', 'cart'),
  ]))
    made.push('gone', { [gone]: null })
  for (const tag of [...new Set(Object.values(tags))].sort())
    made.push(
      tag,
      Object.fromEntries(
        Object.entries(tags)
          .filter(([, own]) => own >= tag)
          .map(([name]) => [fileIn(name), overlayYaml('checkout', tag)]),
      ),
    )
  await made.settle(({ environment: name }) => (says[name] === 'nothing' ? undefined : (says[name] ?? {})))
  const outcomes = await advancePromotions(made.ports())
  const pull = made.openPulls().find(({ head }) => head.ref === 'lockstep/promote/prod/checkout')
  return pull?.title ?? outcomes.find(({ details }) => details?.environment === 'prod')?.code
}

const DEGRADED = { health: 'Degraded' } as const
const OTHER = { renderDigest: 'another' } as const

describe('where several environments come before one', () => {
  test.each<[string, AfterRule, Record<string, string>, Says, string]>([
    ['all: all agree', { all: ['a', 'b'] }, { a: 'v2', b: 'v2', prod: 'v1' }, {}, 'Promote checkout v2 from a to prod'],
    ['all: they differ', { all: ['a', 'b'] }, { a: 'v2', b: 'v1', prod: 'v1' }, {}, 'UPSTREAMS_DIFFER'],
    [
      'all: one is unhealthy',
      { all: ['a', 'b'] },
      { a: 'v2', b: 'v2', prod: 'v1' },
      { b: DEGRADED },
      'UPSTREAM_NOT_HEALTHY',
    ],
    [
      'all: one does not run it',
      { all: ['a', 'b'] },
      { a: 'v2', b: 'v2', prod: 'v1' },
      { b: OTHER },
      'UPSTREAM_NOT_APPLIED',
    ],
    ['all: one says nothing', { all: ['a', 'b'] }, { a: 'v2', b: 'v2', prod: 'v1' }, { a: 'nothing' }, 'FACTS_UNKNOWN'],
    [
      'any: the newest healthy one',
      { any: ['a', 'b'] },
      { a: 'v2', b: 'v3', prod: 'v1' },
      {},
      'Promote checkout v3 from b to prod',
    ],
    [
      'any: the newest is unhealthy',
      { any: ['a', 'b'] },
      { a: 'v2', b: 'v3', prod: 'v1' },
      { b: DEGRADED },
      'Promote checkout v2 from a to prod',
    ],
    ['any: never a step back', { any: ['a', 'b'] }, { a: 'v1', b: 'v2', prod: 'v2' }, {}, 'NOTHING_TO_PROMOTE'],
    [
      'any: none is healthy',
      { any: ['a', 'b'] },
      { a: 'v2', b: 'v2', prod: 'v1' },
      { a: DEGRADED, b: DEGRADED },
      'UPSTREAM_NOT_HEALTHY',
    ],
    [
      'quorum: two of three agree',
      { atLeast: 2, of: ['a', 'b', 'c'] },
      { a: 'v2', b: 'v1', c: 'v2', prod: 'v1' },
      {},
      'Promote checkout v2 from a to prod',
    ],
    [
      'quorum: two agree, one of them is unhealthy',
      { atLeast: 2, of: ['a', 'b', 'c'] },
      { a: 'v2', b: 'v1', c: 'v2', prod: 'v0' },
      { c: DEGRADED },
      'UPSTREAMS_DIFFER',
    ],
    [
      'quorum: an unhealthy one need not agree',
      { atLeast: 2, of: ['a', 'b', 'c'] },
      { a: 'v2', b: 'v3', c: 'v2', prod: 'v1' },
      { b: DEGRADED },
      'Promote checkout v2 from a to prod',
    ],
    [
      'quorum: all three differ',
      { atLeast: 2, of: ['a', 'b', 'c'] },
      { a: 'v2', b: 'v3', c: 'v4', prod: 'v1' },
      {},
      'UPSTREAMS_DIFFER',
    ],
    [
      'quorum: one alone',
      { atLeast: 2, of: ['a', 'b', 'c'] },
      { a: 'v2', b: 'v1', c: 'v1', prod: 'v1' },
      {},
      'NOTHING_TO_PROMOTE',
    ],
    [
      'quorum: three of three',
      { atLeast: 3, of: ['a', 'b', 'c'] },
      { a: 'v2', b: 'v2', c: 'v2', prod: 'v1' },
      { b: DEGRADED },
      'UPSTREAM_NOT_HEALTHY',
    ],
    [
      'one of them has no such application',
      { all: ['a', 'gone'] },
      { a: 'v2', prod: 'v1' },
      {},
      'Promote checkout v2 from a to prod',
    ],
  ])('%s', async (_, after, tags, says, expected) => {
    expect(await promotedTo(after, tags, says)).toBe(expected)
  })
})

describe('an open promotion whose environments no longer agree', () => {
  const rule: AfterRule = { atLeast: 2, of: ['a', 'b', 'c'] }
  const names = ['a', 'b', 'c', 'prod']

  test('is not merged, however healthy each of them is, until enough of them agree again', async () => {
    const environments = names.map((name) => environment(name, name === 'prod' ? rule : { all: [] }))
    const made = new PromotionWorld([], {
      environments: environments.map((each) => (each.name === 'prod' ? { ...each, promote: 'auto' } : each)),
    })
    const versions = async (tags: Readonly<Record<string, string>>) => {
      const files = Object.entries(tags).map(([name, tag]) => [fileIn(name), overlayYaml('checkout', tag)])
      made.push('versions', Object.fromEntries(files))
      await made.settle()
      made.greenGates()
      return (await advancePromotions(made.ports())).filter(
        ({ details }) => details?.environment === 'prod' && details.application === 'checkout',
      )
    }
    await versions({ a: 'v1', b: 'v0', c: 'v1', prod: 'v1' })
    const before = made.merges
    await versions({ a: 'v2', c: 'v2' })
    expect(made.openPulls()).toMatchObject([{ title: 'Promote checkout v2 from a to prod' }])
    const apart = await versions({ c: 'v3' })
    expect(apart).toMatchObject([
      { code: 'UPSTREAMS_DIFFER' },
      { code: 'GATES_WAIT', details: { gate: 'UPSTREAMS_DIFFER' } },
    ])
    expect(made.merges).toBe(before)
    await versions({ c: 'v2' })
    expect(made.merges).toBe(before + 1)
  })
})

describe('an environment in waves', () => {
  test.each<[string, Partial<TargetStatus>, Partial<TargetStatus>, string]>([
    ['the first turned unhealthy', DEGRADED, {}, 'checkout/dev/eu is Degraded'],
    ['the next is kept back', DEGRADED, { ...OTHER, waitingFor: 'wave eu' }, 'checkout/dev/eu is Degraded'],
    [
      'the first is healthy, and the next still waits',
      {},
      { ...OTHER, waitingFor: 'wave eu' },
      'checkout/dev/us does not run the render that would be promoted yet: it waits for wave eu.',
    ],
    ['the next turned unhealthy', {}, DEGRADED, 'checkout/dev/us is Degraded'],
  ])('lets nothing on to later ones while %s', async (_, eu, us, message) => {
    const { environments } = threeEnvironments()
    const waves = [
      { clusters: ['eu'], soakMs: 0 },
      { clusters: ['us'], soakMs: 0 },
    ]
    const regional = environments.map((each) =>
      each.name === 'dev' ? { ...each, clusters: ['eu', 'us'], waves } : each,
    )
    const made = new PromotionWorld(['v2', 'v1', 'v1'], { environments: regional })
    await made.settle(({ cluster }) => (cluster === 'eu' ? eu : cluster === 'us' ? us : {}))
    const outcomes = await advancePromotions(made.ports())
    expect(outcomes).toContainEqual(expect.objectContaining({ message: expect.stringContaining(message) }))
    expect(made.pulls).toEqual([])
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ title: 'Promote checkout v2 from dev to staging' }])
  })
})
