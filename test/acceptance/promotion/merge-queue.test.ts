import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { eventually } from '../../support/eventually.ts'
import { type Body, commitFile } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { PromotionScene, rulesOfMain, version, versionFiles } from '../../support/promotion-scene.ts'

jest.setTimeout(120_000)
const STAGING = (application: string) => `lockstep/promote/staging/${application}`
const FILE = (application: string) => `apps/${application}/overlays/staging/version.yaml`
const ENVIRONMENTS = `  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging, promote: auto }`
const QUEUE = [
  {
    type: 'merge_queue',
    parameters: {
      check_response_timeout_minutes: 60,
      grouping_strategy: 'ALLGREEN',
      max_entries_to_build: 5,
      max_entries_to_merge: 5,
      merge_method: 'MERGE',
      min_entries_to_merge: 1,
      min_entries_to_merge_wait_minutes: 5,
    },
  },
  {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: [{ context: 'lockstep/gate' }, { context: 'ci' }],
      strict_required_status_checks_policy: false,
    },
  },
]

let lockstep: LockstepScene
let scene: PromotionScene
beforeAll(async () => {
  lockstep = await openLockstep()
})
afterEach(() => lockstep.retire(scene.repository))
afterAll(async () => {
  expect(lockstep.scene.github.unknownRequests).toEqual([])
  await lockstep.close()
})

const bob = () => lockstep.scene.bob
const merged = async (application = 'checkout') => (await scene.onlyPull(STAGING(application))).merged

/** Promotions into staging are open; they enter the queue when `ci` is green on their heads. */
async function begin(...applications: string[]): Promise<Body[]> {
  const versions = applications.map((application) => [application, { dev: 'v2', staging: 'v1' }])
  const files = versionFiles(ENVIRONMENTS, Object.fromEntries(versions))
  const repository = await lockstep.repository({
    from: [{ message: 'Begin', files }],
    rulesets: [rulesOfMain(lockstep, QUEUE)],
    private: true,
  })
  scene = new PromotionScene(lockstep, repository)
  await scene.round()
  const pulls = []
  for (const application of applications) pulls.push(await scene.onlyPull(STAGING(application)))
  for (const pull of pulls) await scene.green(pull)
  return pulls
}

async function enqueue(...pulls: Body[]): Promise<void> {
  for (const { head } of pulls) await scene.report(head.sha, 'success')
  await scene.round()
}

/** The commit that the queue built last for a pull request, and its branch. */
async function group({ number }: Body): Promise<{ sha: string; branch: string } | undefined> {
  const { body } = await bob().get(`${scene.repository}/git/matching-refs/heads/gh-readonly-queue/main/pr-${number}-`)
  const [found] = body
  return found && { sha: found.object.sha, branch: found.ref }
}

const groups = async (...pulls: Body[]) => (await Promise.all(pulls.map(group))).filter((each) => each !== undefined)

async function gateOf(sha: string, conclusion: string): Promise<Body> {
  return lockstep.gate(scene.repository, sha, (gate) => gate.conclusion === conclusion)
}

/** How often something was put into a queue. */
const asked = () => lockstep.scene.github.deliveries({ event: 'pull_request', action: 'enqueued' }).length

describe('with a merge queue, which Lockstep’s App might bypass', () => {
  test('a promotion is put there for its exact head, its group is judged, and what the queue merges is recorded', async () => {
    const [pull] = await begin('checkout')
    await enqueue(pull)
    const built = await eventually(() => group(pull))
    expect(await merged()).toBe(false)
    const { body: commit } = await bob().get(`${scene.repository}/git/commits/${built.sha}`)
    expect(commit.parents[1].sha).toBe(pull.head.sha)
    expect((await scene.state('claims/staging.yaml'))?.pullRequest).toBe(pull.number)
    await gateOf(built.sha, 'success')
    await scene.report(built.sha, 'success')
    await eventually(() => merged())
    await scene.round()
    expect(await scene.file(FILE('checkout'))).toBe(version('v2'))
    expect(await scene.state(`ledger/${pull.number}.yaml`)).toMatchObject({ merged: { sha: built.sha } })
    expect(await scene.state('claims/staging.yaml')).toBeUndefined()
    expect(lockstep.written.filter((route) => route.endsWith('/merge'))).toEqual([])
  })

  test('one that the queue gave back for a failing check stays out, until a check turns green or somebody asks', async () => {
    const [pull] = await begin('checkout')
    await enqueue(pull)
    const first = await eventually(() => group(pull))
    const before = asked()
    await scene.report(first.sha, 'failure')
    await eventually(async () => (await group(pull)) === undefined)
    for (const _ of [1, 2, 3]) await scene.round()
    expect([asked(), await merged()]).toEqual([before, false])
    expect(scene.waits()).toContain('LEFT_MERGE_QUEUE')
    await scene.say(pull.number, '/promote')
    await scene.round()
    const second = await eventually(() => group(pull))
    await scene.report(second.sha, 'success')
    await eventually(() => merged())
  })

  test('a new head of what the queue gave back goes in again', async () => {
    const [pull] = await begin('checkout')
    await enqueue(pull)
    await scene.report((await eventually(() => group(pull))).sha, 'failure')
    await eventually(async () => (await group(pull)) === undefined)
    const change = { path: 'apps/checkout/overlays/dev/version.yaml', content: version('v3') }
    // A commit of GitHub's whole seconds that is later than the removal.
    await scene.say(pull.number, 'mended')
    await commitFile(lockstep.scene.ann, scene.repository, 'fix', change)
    const sha = (await bob().get(`${scene.repository}/git/ref/heads/fix`)).body.object.sha
    await pushToMain(sha)
    await scene.round()
    const renewed = await scene.onlyPull(STAGING('checkout'))
    expect(renewed.head.sha).not.toBe(pull.head.sha)
    await scene.green(renewed)
    await enqueue(renewed)
    await scene.report((await eventually(() => group(renewed))).sha, 'success')
    await eventually(() => merged())
    expect(await scene.file(FILE('checkout'))).toBe(version('v3'))
  })

  test('each promotion in a group is judged by itself: a lock that comes while it waits turns its group red, and it leaves', async () => {
    const [pull] = await begin('checkout')
    await enqueue(pull)
    const built = await eventually(() => group(pull))
    await gateOf(built.sha, 'success')
    await scene.say(pull.number, '/lock staging until 2h incident')
    const gate = await gateOf(built.sha, 'action_required')
    expect(gate.output.summary).toContain('staging is locked by bob: incident.')
    await scene.report(built.sha, 'success')
    await scene.round()
    expect(await merged()).toBe(false)
  })

  test('another promotion into the environment waits for the one that is in the queue, and is judged anew on what that one left', async () => {
    const [checkout, search] = await begin('checkout', 'search')
    await enqueue(checkout, search)
    expect(await groups(checkout, search)).toHaveLength(1)
    await scene.report((await eventually(() => group(checkout))).sha, 'success')
    await eventually(() => merged('checkout'))
    await scene.round()
    const built = await eventually(() => group(search))
    await gateOf(built.sha, 'success')
    await scene.report(built.sha, 'success')
    await eventually(() => merged('search'))
    for (const application of ['checkout', 'search']) expect(await scene.file(FILE(application))).toBe(version('v2'))
  })
})

/** By somebody who may: the queue is for everybody else. */
async function pushToMain(sha: string): Promise<void> {
  const { github } = lockstep.scene
  const [owner = '', name = ''] = scene.repository.replace('/repos/', '').split('/')
  const found = github.repository(owner, name)
  const rules = [...found.rulesets.entries()]
  found.rulesets.clear()
  await lockstep.scene.ann.patch(`${scene.repository}/git/refs/heads/main`, { sha })
  for (const [id, ruleset] of rules) found.rulesets.set(id, ruleset)
  await lockstep.idle()
}
