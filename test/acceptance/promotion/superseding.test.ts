import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { type Body, commitFile, force, tipOf } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { version } from '../../support/promotion-scene.ts'
import { playRound } from '../../support/report-health.ts'

const BRANCH = 'lockstep/promote/staging/checkout'
const DEV = 'apps/checkout/overlays/dev/version.yaml'
const STAGING = 'apps/checkout/overlays/staging/version.yaml'
const MINUTES = 60_000
jest.setTimeout(3 * MINUTES)

const config = (staging = '') => `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging${staging} }
carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`

function files(staging: string): Record<string, string> {
  const overlay = (environment: string, text: string) => ({
    [`apps/checkout/overlays/${environment}/kustomization.yaml`]: 'resources: [version.yaml]\n',
    [`apps/checkout/overlays/${environment}/version.yaml`]: version(text),
  })
  return { '.lockstep.yaml': config(staging), ...overlay('dev', 'v2'), ...overlay('staging', 'v1') }
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

/** A repository whose dev runs v2 and whose staging runs v1, after the first round. */
async function begin(staging = ''): Promise<void> {
  repository = await lockstep.repository({ from: [{ message: 'Begin', files: files(staging) }], private: true })
  await round()
}

const { bob, ann } = { bob: () => lockstep.scene.bob, ann: () => lockstep.scene.ann }
const round = () => playRound(lockstep, repository)
const release = (text: string) => commitFile(ann(), repository, 'main', { path: DEV, content: version(text) })
const tip = () => tipOf(bob(), repository, BRANCH)

/** All promotions into staging there ever were, oldest first. */
async function promotions(): Promise<Body[]> {
  const { body } = await bob().get(`${repository}/pulls?state=all&per_page=100`)
  return body.filter((pull: Body) => pull.head.ref === BRANCH).toSorted((a: Body, b: Body) => a.number - b.number)
}

async function openPull(): Promise<Body> {
  const open = (await promotions()).filter(({ state }) => state === 'open')
  expect(open).toHaveLength(1)
  return open[0]
}

async function fileOn(branch: string, path: string): Promise<string> {
  const { body } = await bob().get(`${repository}/contents/${path}?ref=${branch}`)
  return Buffer.from(body.content, 'base64').toString()
}

async function comments(number: number): Promise<string[]> {
  const { body } = await bob().get(`${repository}/issues/${number}/comments?per_page=100`)
  return body.filter((each: Body) => each.user.login === 'lockstep[bot]').map((each: Body) => each.body)
}

const updates = async (number: number) =>
  (await comments(number)).filter((text) => text.includes('lockstep:promotion-update'))
const reviews = async (number: number): Promise<Body[]> =>
  (await bob().get(`${repository}/pulls/${number}/reviews`)).body
const stateFile = async (path: string) => parse(await fileOn('lockstep/state', path))
const change = (number: number, state: 'open' | 'closed') => bob().patch(`${repository}/pulls/${number}`, { state })

async function merge(number: number): Promise<void> {
  const { status } = await ann().put(`${repository}/pulls/${number}/merge`, { merge_method: 'squash' })
  expect(status).toBe(200)
}

describe('the newest version alone is promoted', () => {
  test('twenty versions make one pull request, brought up to date by commits on top, told in one comment', async () => {
    await begin()
    const { number, title } = await openPull()
    expect(title).toBe('Promote checkout from dev to staging')
    let before = await tip()
    for (let i = 3; i < 22; i++) {
      await release(`v${i}`)
      if (i % 6 !== 3) continue
      await round()
      const head = await tip()
      const { body: commit } = await bob().get(`${repository}/commits/${head}`)
      expect(commit.parents.map(({ sha }: Body) => sha)).toEqual([before])
      before = head
    }
    expect(await promotions()).toMatchObject([{ number, state: 'open' }])
    expect(await fileOn(BRANCH, STAGING)).toBe(version('v21'))
    expect(await updates(number)).toHaveLength(1)
    expect((await updates(number))[0]).toContain('| `version.yaml` |')
  })
})

describe('an approval', () => {
  const asked = ', gates: { approvals: 1 }'
  const approve = async ({ number, head }: Body) => {
    const review = { event: 'APPROVE', commit_id: head.sha }
    const { status } = await bob().post(`${repository}/pulls/${number}/reviews`, review)
    expect(status).toBe(200)
  }

  test('of the same rendered result stays, of another one is dismissed with the reason', async () => {
    await begin(asked)
    const pull = await openPull()
    await approve(pull)
    await lockstep.gate(repository, pull.head.sha, ({ conclusion }) => conclusion === 'success')

    await commitFile(ann(), repository, 'main', { path: STAGING, content: `# of staging\n${version('v1')}` })
    await round()
    const same = await openPull()
    expect(same.number).toBe(pull.number)
    expect(same.head.sha).not.toBe(pull.head.sha)
    expect(await reviews(pull.number)).toMatchObject([{ state: 'APPROVED', commit_id: pull.head.sha }])
    expect((await updates(pull.number))[0]).toContain('The approval by `bob` stays')
    await lockstep.gate(repository, same.head.sha, ({ conclusion }) => conclusion === 'success')

    await release('v3')
    await round()
    const other = await openPull()
    expect(other.number).toBe(pull.number)
    expect(await reviews(pull.number)).toMatchObject([{ state: 'DISMISSED' }])
    const told = 'The approval by `bob` was dismissed: what is rendered for `staging` is not what was approved.'
    expect((await updates(pull.number))[0]).toContain(told)
    await lockstep.gate(repository, other.head.sha, ({ conclusion }) => conclusion === 'action_required')
  })
})

describe('what a person did', () => {
  test('a commit on the branch is never overwritten, and the gate says that it is no promotion any more', async () => {
    await begin()
    const { number } = await openPull()
    const mine = await commitFile(bob(), repository, BRANCH, { path: STAGING, content: version('mine') })
    const gate = await lockstep.gate(repository, mine, ({ conclusion }) => conclusion === 'failure')
    expect(gate.output.summary).toContain('PLAN_EDITED')
    await release('v3')
    await round()
    await round()
    expect([await tip(), (await promotions()).length]).toEqual([mine, 1])
    expect(await updates(number)).toEqual([expect.stringContaining('is not by Lockstep')])
  })

  test('an amended commit is theirs too, though it still says that it is the promotion', async () => {
    await begin()
    const { number } = await openPull()
    const { body: ours } = await bob().get(`${repository}/git/commits/${await tip()}`)
    const entry = { path: STAGING, mode: '100644', type: 'blob', content: version('mine') }
    const { body: tree } = await bob().post(`${repository}/git/trees`, { base_tree: ours.tree.sha, tree: [entry] })
    const { message, parents, author } = ours
    const amended = { message, tree: tree.sha, parents: parents.map(({ sha }: Body) => sha), author }
    const { body: mine } = await bob().post(`${repository}/git/commits`, amended)
    expect((await force(bob(), repository, BRANCH, mine.sha)).status).toBe(200)
    await release('v3')
    await round()
    expect(await tip()).toBe(mine.sha)
    expect(await updates(number)).toEqual([expect.stringContaining('is not by Lockstep')])
  })

  test('closing it keeps it closed, until there is something newer', async () => {
    await begin()
    const { number } = await openPull()
    await change(number, 'closed')
    await round()
    await round()
    expect(await promotions()).toMatchObject([{ number, state: 'closed' }])
    await release('v3')
    await round()
    expect(await promotions()).toMatchObject([{ number }, { state: 'open' }])
    expect(await fileOn(BRANCH, STAGING)).toBe(version('v3'))
  })

  test('opening it again after closing it makes it a promotion like any other', async () => {
    await begin()
    const { number } = await openPull()
    await change(number, 'closed')
    await round()
    expect(await stateFile(`ledger/${number}.yaml`)).toHaveProperty('closed')
    await change(number, 'open')
    await round()
    await merge(number)
    await round()
    expect(await promotions()).toMatchObject([{ number, state: 'closed' }])
    const record = await stateFile(`ledger/${number}.yaml`)
    expect(record).toHaveProperty('merged')
    expect(record).not.toHaveProperty('closed')
  })
})

describe('promotions: every', () => {
  test('each version that ran is promoted in its turn, one open at a time; the rest waits', async () => {
    await begin(', promotions: every')
    for (const next of ['v3', 'v4']) {
      await release(next)
      await round()
    }
    const merged: string[] = []
    for (let i = 0; i < 3; i++) {
      const { number } = await openPull()
      await merge(number)
      merged.push(await fileOn('main', STAGING))
      await round()
    }
    expect(merged).toEqual(['v2', 'v3', 'v4'].map(version))
    expect((await promotions()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed'])
  })
})

describe('a rollback', () => {
  test('that is open still restores the same when its fields move on: the same pull request, told again', async () => {
    await begin()
    await merge((await openPull()).number)
    await round()
    // The lock keeps it open.
    for (const body of ['/lock staging busy', '/rollback staging checkout --reason too slow']) {
      await bob().post(`${repository}/issues/1/comments`, { body })
      await lockstep.idle()
    }
    const rollbacks = async (): Promise<Body[]> =>
      (await bob().get(`${repository}/pulls`)).body.filter(({ head }: Body) => head.ref.includes('/rollback/'))
    const [{ number }] = (await rollbacks()) as [Body]
    await commitFile(ann(), repository, 'main', { path: STAGING, content: version('v2-fix') })
    await round()
    const [updated, ...others] = (await rollbacks()) as [Body, ...Body[]]
    expect([updated.number, others]).toEqual([number, []])
    expect(updated.body).toContain('Reason: too slow')
    expect(await fileOn('lockstep/rollback/staging/checkout', STAGING)).toBe(version('v1'))
    expect(await updates(number)).toHaveLength(1)
    await commitFile(ann(), repository, 'main', { path: STAGING, content: version('v1') })
    await round()
    expect(await rollbacks()).toEqual([])
    expect((await updates(number))[0]).toContain('Closed: everything it restores is as it was already.')
  })
})
