import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createRepository, temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { type Body, commitFile, openPull } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { version } from '../../support/promotion-scene.ts'
import { playRound, type Told } from '../../support/report-health.ts'
import { runCommand } from '../../support/run-command.ts'

const MINUTES = 60_000
jest.setTimeout(3 * MINUTES)

const fileIn = (environment: string, name = 'version.yaml') => `apps/checkout/overlays/${environment}/${name}`

/** Lines of environments, from the fourth line of the file on. */
const config = (environments: readonly string[]) => `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
${environments.map((each) => `  - { ${each} }\n`).join('')}carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`

function files(environments: readonly string[]): Record<string, string> {
  const names = environments.map((each) => /name: ([\w-]+)/.exec(each)?.[1] ?? '')
  const overlays = names.flatMap((name) => [
    [fileIn(name, 'kustomization.yaml'), 'resources: [version.yaml]\n'],
    [fileIn(name), version('v1')],
  ])
  return Object.fromEntries([['.lockstep.yaml', config(environments)], ...overlays])
}

const temporary = temporaryDirectory('lockstep-graph')
let lockstep: LockstepScene
let repository: string
beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
  lockstep = await openLockstep()
}, KUSTOMIZE_SETUP_MS)
afterEach(() => lockstep.retire(repository))
afterAll(async () => {
  expect(lockstep.scene.github.unknownRequests).toEqual([])
  await lockstep.close()
  temporary.remove()
})

async function begin(environments: readonly string[]): Promise<void> {
  repository = await lockstep.repository({ from: [{ message: 'Begin', files: files(environments) }], private: true })
}

const write = (path: string, content: string) => commitFile(lockstep.scene.ann, repository, 'main', { path, content })
const round = (told?: Told) => playRound(lockstep, repository, told)

async function openInto(): Promise<string[]> {
  const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
  return body.map((pull: Body) => pull.head.ref.split('/')[2]).sort()
}

/** Everything into `environment` is merged by a person, as it is. */
async function mergeInto(environment: string): Promise<void> {
  const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
  const pull = body.find(({ head }: Body) => head.ref === `lockstep/promote/${environment}/checkout`)
  expect((await lockstep.scene.ann.put(`${repository}/pulls/${pull.number}/merge`, {})).status).toBe(200)
}

describe('environments in a diamond', () => {
  const DIAMOND = [
    'name: dev, cluster: dev',
    'name: eu, cluster: eu, after: [dev]',
    'name: us, cluster: us, after: [dev]',
    'name: prod, cluster: prod, after: [eu, us]',
  ]

  test('fan out to each that comes after one, and meet again where all before it are healthy', async () => {
    await begin(DIAMOND)
    await write(fileIn('dev'), version('v2'))
    await round()
    expect(await openInto()).toEqual(['eu', 'us'])
    await mergeInto('eu')
    await round()
    expect(await openInto()).toEqual(['us'])
    await mergeInto('us')
    await round(({ environment }) => (environment === 'us' ? { health: 'Degraded' } : {}))
    expect(await openInto()).toEqual([])
    await round()
    expect(await openInto()).toEqual(['prod'])
  })

  test('halt what is open already when one of them turns unhealthy', async () => {
    await begin(DIAMOND)
    for (const environment of ['dev', 'eu', 'us']) await write(fileIn(environment), version('v2'))
    await round()
    const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
    const [pull] = body
    expect(pull.head.ref).toBe('lockstep/promote/prod/checkout')
    await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'success')
    await round(({ environment }) => (environment === 'eu' ? { health: 'Degraded' } : {}))
    const gate = await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion !== 'success')
    expect(gate.output.summary).toContain('UPSTREAM_NOT_HEALTHY')
    expect(gate.output.summary).toContain('checkout/eu/eu is Degraded')
  })
})

describe('a quorum', () => {
  const QUORUM = [
    'name: a, cluster: a',
    'name: b, cluster: b',
    'name: c, cluster: c',
    'name: prod, cluster: prod, after: { atLeast: 2, of: [a, b, c] }',
    'name: dr, cluster: dr, after: { any: [a, prod] }',
  ]

  test('opens with two of three that run the same and are healthy; any one is enough where one is asked for', async () => {
    await begin(QUORUM)
    await write(fileIn('a'), version('v2'))
    await round()
    expect(await openInto()).toEqual(['dr'])
    await write(fileIn('c'), version('v2'))
    await round(({ environment }) => (environment === 'c' ? undefined : {}))
    expect(await openInto()).toEqual(['dr'])
    await round()
    expect(await openInto()).toEqual(['dr', 'prod'])
  })
})

describe('a graph that cannot be', () => {
  const SOUND = [
    'name: dev, cluster: dev',
    'name: staging, cluster: staging, after: [dev]',
    'name: prod, cluster: prod',
  ]
  const FAULTS: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'a circle',
      'name: dev, cluster: dev, after: [prod]',
      'name: prod, cluster: prod, after: [staging]',
      /^4 CONFIG_CYCLE .*dev after prod after staging after dev/,
    ],
    [
      'an unknown name',
      'name: dev, cluster: dev',
      'name: prod, cluster: prod, after: [stagin]',
      /^6 CONFIG_UNKNOWN_ENVIRONMENT There is no environment "stagin"\..*Did you mean "staging"\?/s,
    ],
    [
      'a quorum of more than there are',
      'name: dev, cluster: dev',
      'name: prod, cluster: prod, after: { atLeast: 3, of: [dev, staging] }',
      /^6 CONFIG_INVALID At least 3 of 2/,
    ],
  ]
  const faulty = (dev: string, prod: string) => config([dev, SOUND[1] ?? '', prod])

  test.each(
    FAULTS,
  )('%s is refused by the check on the pull request that brings it, at its line', async (_, dev, prod, said) => {
    await begin(SOUND)
    const { bob } = lockstep.scene
    await commitFile(bob, repository, 'topic', { path: '.lockstep.yaml', content: faulty(dev, prod) })
    const pull = await openPull(bob, repository, 'topic')
    const gate = await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'failure')
    const { body: annotations } = await bob.get(`${repository}/check-runs/${gate.id}/annotations`)
    const told = annotations.map((each: Body) => `${each.path} ${each.start_line} ${each.title} ${each.message}`)
    expect(told).toEqual([expect.stringMatching(/^\.lockstep\.yaml /)])
    expect(told[0].replace('.lockstep.yaml ', '')).toMatch(said)
  })

  test.each(FAULTS)('%s is refused by lockstep validate, at its line', async (what, dev, prod, said) => {
    const clone = createRepository(`${temporary.path}/${what.replaceAll(' ', '-')}`)
    clone.commit('faulty', { ...files(SOUND), '.lockstep.yaml': faulty(dev, prod) })
    const { code, stderr, stdout } = await runCommand(['validate', '--repo', clone.path])
    expect(code).toBe(1)
    const [line = ''] = `${stderr}${stdout}`.split('\n')
    expect(line.replace(/^\.lockstep\.yaml:(\d+):\d+ /, '$1 ')).toMatch(said)
  })
})
