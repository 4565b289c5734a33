import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { type Body, commitFile } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { objectText } from '../../support/preview-world.ts'
import { version } from '../../support/promotion-scene.ts'
import { playRound } from '../../support/report-health.ts'

const MINUTES = 60_000
jest.setTimeout(3 * MINUTES)

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging }
  - { name: prod, after: [staging], cluster: prod }
carry: [{ files: [version.yaml, feature.yaml] }]
drift: { pullRequests: warn }
`
const feature = (text: string) => objectText('ConfigMap', 'v1', 'feature', `{ feature: ${text} }`)
const fileIn = (environment: string, name: string) => `apps/checkout/overlays/${environment}/${name}`

/** Everywhere the same; staging has the feature's file and does not use it. */
function files(): Record<string, string> {
  const overlay = (environment: string, resources: string) => ({
    [fileIn(environment, 'kustomization.yaml')]: `resources: [${resources}]\n`,
    [fileIn(environment, 'version.yaml')]: version('v1'),
    [fileIn(environment, 'feature.yaml')]: feature('off'),
  })
  const whole = 'version.yaml, feature.yaml'
  return {
    '.lockstep.yaml': CONFIG,
    ...overlay('dev', whole),
    ...overlay('staging', 'version.yaml'),
    ...overlay('prod', whole),
  }
}

let lockstep: LockstepScene
let repository: string
beforeAll(async () => {
  lockstep = await openLockstep()
})
afterEach(() => lockstep.retire(repository))
afterAll(async () => {
  expect(lockstep.scene.github.unknownRequests).toEqual([])
  await lockstep.close()
})

async function begin(): Promise<void> {
  repository = await lockstep.repository({ from: [{ message: 'Begin', files: files() }], private: true })
  await round()
  expect(await pulls()).toEqual([])
}

const round = () => playRound(lockstep, repository)
const write = (environment: string, name: string, content: string) =>
  commitFile(lockstep.scene.ann, repository, 'main', { path: fileIn(environment, name), content })
const pulls = async (): Promise<Body[]> => (await lockstep.scene.bob.get(`${repository}/pulls?state=all`)).body

async function fileOn(branch: string, path: string): Promise<string | undefined> {
  const { status, body } = await lockstep.scene.bob.get(`${repository}/contents/${path}?ref=${branch}`)
  return status === 200 ? Buffer.from(body.content, 'base64').toString() : undefined
}

async function hop(environment: string): Promise<Body | undefined> {
  const text = await fileOn('lockstep/state', `hops/${environment}+checkout.yaml`)
  return text === undefined ? undefined : parse(text)
}

describe('a hop after which the same is rendered', () => {
  test('is recorded as done without a pull request, once', async () => {
    await begin()
    await write('dev', 'version.yaml', version('v2'))
    await round()
    const { number } = (await pulls())[0]
    expect((await lockstep.scene.ann.put(`${repository}/pulls/${number}/merge`, {})).status).toBe(200)
    await round()
    const before = await pulls()
    const revision = await write('dev', 'version.yaml', `# why\n${version('v2')}`)
    await round()
    expect(await hop('staging')).toMatchObject({ application: 'checkout', from: 'dev', revision })
    const written = lockstep.written.length
    await round()
    expect(lockstep.written.slice(written)).toEqual([])
    expect((await pulls()).map((pull) => pull.number)).toEqual(before.map((pull) => pull.number))
  })

  test('lets the environments behind it go on: what only they render comes to them by a pull request', async () => {
    await begin()
    await write('dev', 'feature.yaml', feature('on'))
    await round()
    await round()
    expect(await hop('staging')).toMatchObject({ from: 'dev' })
    const [pull, ...others] = await pulls()
    expect(others).toEqual([])
    expect(pull).toMatchObject({ state: 'open', head: { ref: 'lockstep/promote/prod/checkout' } })
    expect(await fileOn(pull.head.ref, fileIn('prod', 'feature.yaml'))).toBe(feature('on'))
    const gate = await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'success')
    expect(gate.output.summary).toContain('PLAN_BOUND')
  })

  test('closes a pull request that was open for something else, with the reason', async () => {
    await begin()
    await write('dev', 'version.yaml', version('v2'))
    await round()
    const [{ number, head }] = (await pulls()) as [Body]
    expect(head.ref).toBe('lockstep/promote/staging/checkout')
    await write('dev', 'feature.yaml', feature('on'))
    await write('dev', 'version.yaml', version('v1'))
    await round()
    expect((await pulls()).find((pull) => pull.number === number)?.state).toBe('closed')
    expect(await hop('staging')).toMatchObject({ from: 'dev' })
    const { body: comments } = await lockstep.scene.bob.get(`${repository}/issues/${number}/comments`)
    const told = 'Closed: what it would change is not rendered any more.'
    expect(comments.map((each: Body) => each.body).join()).toContain(told)
  })
})
