import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { eventually } from '../../support/eventually.ts'
import {
  type Body,
  commitFile,
  openPull,
  openScene,
  type RestClient,
  type Scene,
  settled,
  tipOf,
} from '../../support/local-github.ts'

let scene: Scene
let robot: RestClient
/** How far ahead of the machine's this GitHub's clock is. */
let later = 0
beforeAll(async () => {
  scene = await openScene({ clock: () => new Date(Date.now() + later) })
  robot = await scene.robot()
})
afterAll(() => scene.close())

const ENQUEUE = `mutation ($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position state } }
}`
const DEQUEUE = `mutation ($input: DequeuePullRequestInput!) {
  dequeuePullRequest(input: $input) { mergeQueueEntry { position } }
}`

/** A repository whose `main` takes changes through a queue only, and only with a green `gate`. */
async function queued(parameters: object = {}): Promise<string> {
  return scene.repository({
    rulesets: [
      {
        name: 'main',
        enforcement: 'active',
        conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
        rules: [
          {
            type: 'merge_queue',
            parameters: { merge_method: 'MERGE', check_response_timeout_minutes: 10, ...parameters },
          },
          { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'gate' }] } },
        ],
      },
    ],
  })
}

async function graphql(client: RestClient, query: string, input: object): Promise<Body> {
  return (await client.send('POST', scene.github.graphqlUrl, { query, variables: { input } })).body
}

const enqueue = (pull: Body, more: object = {}) => graphql(scene.bob, ENQUEUE, { pullRequestId: pull.node_id, ...more })

async function report(repository: string, sha: string, conclusion: string): Promise<void> {
  const output = { title: 'gate', summary: 'gate' }
  await robot.post(`${repository}/check-runs`, { name: 'gate', head_sha: sha, conclusion, output })
}

/** An open pull request whose own gate is green. */
async function ready(repository: string, branch: string): Promise<Body> {
  const pull = await openPull(scene.bob, repository, branch)
  await report(repository, pull.head.sha, 'success')
  return pull
}

const groups = (repository: string, action: string): Body[] =>
  scene.webhooks
    .all(`merge_group.${action}`)
    .filter(({ payload }) => repository.endsWith(payload.repository.full_name))
    .map(({ payload }) => payload)

const requested = (repository: string, count: number) =>
  eventually(() =>
    groups(repository, 'checks_requested').length >= count ? groups(repository, 'checks_requested') : undefined,
  )

const dequeued = (pull: Body) =>
  scene.webhooks.waitFor('pull_request.dequeued', (payload) => payload.pull_request.id === pull.id)

describe('a merge queue', () => {
  test('G085 answers a REST merge with 405, and G193 takes the pull request by enqueuePullRequest', async () => {
    const repository = await queued()
    const pull = await ready(repository, 'topic')
    const merge = await scene.bob.put(`${repository}/pulls/${pull.number}/merge`, { sha: pull.head.sha })
    expect([merge.status, merge.body.message]).toEqual([405, 'Changes must be made through the merge queue'])
    const { data } = await enqueue(pull, { expectedHeadOid: pull.head.sha })
    expect(data.enqueuePullRequest.mergeQueueEntry).toEqual({ position: 1, state: 'AWAITING_CHECKS' })
  })

  test('G187 G188 asks for checks of a commit on a temporary branch, and G190 tells of that branch', async () => {
    const repository = await queued()
    const main = await tipOf(scene.bob, repository, 'main')
    const pull = await ready(repository, 'topic')
    await enqueue(pull)
    const [payload] = await requested(repository, 1)
    const { merge_group: group } = payload
    expect(group).toMatchObject({ base_sha: main, base_ref: 'refs/heads/main', head_commit: { id: group.head_sha } })
    expect(group.head_ref).toMatch(new RegExp(`^refs/heads/gh-readonly-queue/main/pr-${pull.number}-[0-9a-f]{40}$`))
    expect(group.head_ref).not.toContain(group.head_sha)
    const branch = group.head_ref.replace('refs/heads/', '')
    expect(await tipOf(scene.bob, repository, branch)).toBe(group.head_sha)
    await scene.webhooks.waitFor('push', (push) => push.ref === group.head_ref && push.after === group.head_sha)
    await scene.webhooks.waitFor('create', (create) => create.ref === branch)
    const { body: commit } = await scene.bob.get(`${repository}/git/commits/${group.head_sha}`)
    expect(commit.parents.map(({ sha }: Body) => sha)).toEqual([main, pull.head.sha])
  })

  test('G189 merges when the required checks pass on the commit it built, whatever the pull request has', async () => {
    const repository = await queued()
    const pull = await ready(repository, 'topic')
    await enqueue(pull)
    const [{ merge_group: group }] = await requested(repository, 1)
    expect((await scene.bob.get(`${repository}/pulls/${pull.number}`)).body.merged).toBe(false)
    await report(repository, group.head_sha, 'success')
    await eventually(async () => (await tipOf(scene.bob, repository, 'main')) === group.head_sha)
    const { body } = await scene.bob.get(`${repository}/pulls/${pull.number}`)
    expect(body).toMatchObject({ merged: true, state: 'closed', merge_commit_sha: group.head_sha })
    const ref = group.head_ref.replace('refs/', '')
    await eventually(async () => (await scene.bob.get(`${repository}/git/ref/${ref}`)).status === 404)
  })

  test('G191 G192 says why a group and an entry are gone', async () => {
    const repository = await queued()
    const merged = await ready(repository, 'merged')
    const failed = await ready(repository, 'failed')
    await enqueue(merged)
    await enqueue(failed)
    const [first, second] = await requested(repository, 2)
    await report(repository, second.merge_group.head_sha, 'failure')
    expect((await dequeued(failed)).payload.reason).toBe('CI_FAILURE')
    await report(repository, first.merge_group.head_sha, 'success')
    expect((await dequeued(merged)).payload.reason).toBe('MERGE')
    await eventually(() => groups(repository, 'destroyed').length === 2)
    expect(groups(repository, 'destroyed').map(({ reason }) => reason)).toEqual(['dequeued', 'merged'])
    expect((await scene.bob.get(`${repository}/pulls/${failed.number}`)).body.state).toBe('open')
  })

  test('builds each entry on the one before it, and again when that one leaves', async () => {
    const repository = await queued()
    const [one, two] = [await ready(repository, 'one'), await ready(repository, 'two')]
    await enqueue(one)
    await enqueue(two)
    const [first, second] = await requested(repository, 2)
    expect(second.merge_group.base_sha).toBe(first.merge_group.head_sha)
    const { data } = await graphql(scene.bob, DEQUEUE, { id: one.node_id })
    expect(data.dequeuePullRequest.mergeQueueEntry.position).toBe(1)
    expect((await dequeued(one)).payload.reason).toBe('MANUAL')
    const third = (await requested(repository, 3))[2]
    expect(third.merge_group.base_sha).toBe(await tipOf(scene.bob, repository, 'main'))
    await eventually(() => groups(repository, 'destroyed').some(({ reason }) => reason === 'invalidated'))
  })

  test('ALLGREEN waits for every commit, HEADGREEN for the last of them', async () => {
    for (const grouping_strategy of ['ALLGREEN', 'HEADGREEN']) {
      const repository = await queued({ grouping_strategy })
      const [one, two] = [await ready(repository, 'one'), await ready(repository, 'two')]
      await enqueue(one)
      await enqueue(two)
      const [first, second] = await requested(repository, 2)
      await report(repository, second.merge_group.head_sha, 'success')
      const merged = async () => (await scene.bob.get(`${repository}/pulls/${two.number}`)).body.merged
      if (grouping_strategy === 'ALLGREEN') {
        expect(await merged()).toBe(false)
        await report(repository, first.merge_group.head_sha, 'success')
      }
      await eventually(merged)
      expect(await tipOf(scene.bob, repository, 'main')).toBe(second.merge_group.head_sha)
    }
  })

  test('G189 silence ends in the time the rule gives', async () => {
    const repository = await queued()
    const pull = await ready(repository, 'topic')
    await enqueue(pull)
    await requested(repository, 1)
    later += 9 * 60_000
    await scene.github.settleMergeQueues()
    expect(scene.webhooks.all('pull_request.dequeued').some(({ payload }) => payload.pull_request.id === pull.id)).toBe(
      false,
    )
    later += 60_000
    await scene.github.settleMergeQueues()
    expect((await dequeued(pull)).payload.reason).toBe('CI_TIMEOUT')
  })

  test('G196 asks for checks of the first entries only', async () => {
    const repository = await queued({ max_entries_to_build: 1 })
    const [one, two] = [await ready(repository, 'one'), await ready(repository, 'two')]
    await enqueue(one)
    expect((await enqueue(two)).data.enqueuePullRequest.mergeQueueEntry).toEqual({ position: 2, state: 'QUEUED' })
    const [first] = await requested(repository, 1)
    expect(groups(repository, 'checks_requested')).toHaveLength(1)
    await report(repository, first.merge_group.head_sha, 'success')
    expect((await requested(repository, 2))[1].merge_group.base_sha).toBe(first.merge_group.head_sha)
  })

  test('G195 merges by its own method', async () => {
    const repository = await queued({ merge_method: 'SQUASH' })
    const main = await tipOf(scene.bob, repository, 'main')
    const pull = await ready(repository, 'topic')
    await enqueue(pull)
    const [{ merge_group: group }] = await requested(repository, 1)
    const { body: commit } = await scene.bob.get(`${repository}/git/commits/${group.head_sha}`)
    expect(commit.parents.map(({ sha }: Body) => sha)).toEqual([main])
    expect(commit.message).toContain(`(#${pull.number})`)
  })

  test('a conflict with what stands before it takes an entry out', async () => {
    const repository = await queued()
    const pulls = []
    for (const branch of ['one', 'two']) {
      await commitFile(scene.bob, repository, branch, { path: 'same.txt', content: `${branch}\n` })
      pulls.push(await ready(repository, branch))
    }
    for (const pull of pulls) await enqueue(pull)
    expect((await dequeued(pulls[1])).payload.reason).toBe('MERGE_CONFLICT')
  })

  test('a push to the head takes the entry out', async () => {
    const repository = await queued()
    const pull = await ready(repository, 'topic')
    await enqueue(pull)
    await commitFile(scene.bob, repository, 'topic', { path: 'more.txt', content: 'more\n' })
    await dequeued(pull)
    await eventually(() => groups(repository, 'destroyed').length === 1)
  })

  test('G193 refuses twice the same, unmet rules by name, and G077 another head', async () => {
    const repository = await queued()
    const pull = await openPull(scene.bob, repository, 'topic')
    const refused = (await enqueue(pull)).errors[0]
    expect(refused).toMatchObject({ type: 'UNPROCESSABLE', message: 'Required status check "gate" is expected.' })
    await report(repository, pull.head.sha, 'success')
    const moved = await enqueue(pull, { expectedHeadOid: 'a'.repeat(40) })
    expect(moved.errors[0].type).toBe('UNPROCESSABLE')
    await enqueue(pull)
    expect((await enqueue(pull)).errors[0]).toMatchObject({
      type: 'UNPROCESSABLE',
      message: 'Pull request is already in the queue',
    })
  })

  test('G056 only GraphQL tells that a pull request stands in it', async () => {
    const repository = await queued()
    const pull = await ready(repository, 'topic')
    await enqueue(pull)
    const body = await settled(scene.bob, repository, pull.number)
    expect([body.state, body.mergeable_state]).toEqual(['open', 'clean'])
    const query = `query ($owner: String!, $name: String!, $number: Int!) {
      repository(owner: $owner, name: $name) { pullRequest(number: $number) { isInMergeQueue mergeQueueEntry { position } } }
    }`
    const [owner, name] = repository.replace('/repos/', '').split('/')
    const variables = { owner, name, number: pull.number }
    const answer = await scene.bob.send('POST', scene.github.graphqlUrl, { query, variables })
    expect(answer.body.data.repository.pullRequest).toEqual({ isInMergeQueue: true, mergeQueueEntry: { position: 1 } })
  })
})
