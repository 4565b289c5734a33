import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { pullAnswer, repositoryAnswer } from '../../support/github-answers.ts'
import type { Route } from '../../support/github-calls.ts'
import { AT, OTHER_SHA, refusal, SHA } from '../../support/github-names.ts'
import { always, gitHubOverNock, once } from '../../support/github-over-nock.ts'

const LIST: Route = ['GET', `${AT}/pulls`]
const READ: Route = ['GET', `${AT}/pulls/5`]
const CREATE: Route = ['POST', `${AT}/pulls`]
const MERGE: Route = ['PUT', `${AT}/pulls/5/merge`]
const REQUEST = { title: 'T', body: 'B', head: 'feature', base: 'main' }

describe('reading pull requests', () => {
  test('an open one has no merge commit: what GitHub names before a merge is only its test', async () => {
    const { repository } = gitHubOverNock()
    always(READ).reply(200, pullAnswer())
    expect(await repository.pulls.get(5)).toEqual({
      number: 5,
      title: 'Promote checkout',
      body: '',
      state: 'open',
      merged: false,
      draft: false,
      author: { login: 'ada', bot: false },
      head: { ref: 'feature', sha: SHA, fork: false },
      base: { ref: 'main' },
      url: 'https://github.com/acme/shop/pull/5',
      createdAt: '2026-01-05T12:00:00Z',
      updatedAt: '2026-01-05T12:00:00Z',
    })
  })

  test('a merged one names the commit and the time', async () => {
    const { repository } = gitHubOverNock()
    const merged = { state: 'closed', merged: true, merged_at: '2026-01-05T13:00:00Z', merge_commit_sha: OTHER_SHA }
    always(READ).reply(200, pullAnswer(merged))
    expect(await repository.pulls.get(5)).toMatchObject({
      merged: true,
      mergeCommit: OTHER_SHA,
      mergedAt: merged.merged_at,
    })
  })

  test.each([
    ['of another repository', { id: 2 }],
    ['that is gone', null],
  ])('a head in a fork %s is told apart', async (_, repo) => {
    const { repository } = gitHubOverNock()
    always(READ).reply(200, pullAnswer({ head: { ref: 'feature', sha: SHA, repo } }))
    expect((await repository.pulls.get(5))?.head.fork).toBe(true)
  })

  test('one that is not there is undefined, and its author may be gone', async () => {
    const { repository } = gitHubOverNock()
    always(READ).reply(404, refusal(404, 'Not Found'))
    expect(await repository.pulls.get(5)).toBeUndefined()
    nock.cleanAll()
    const next = gitHubOverNock().repository
    always(READ).reply(200, pullAnswer({ user: null }))
    expect((await next.pulls.get(5))?.author).toEqual({ login: 'ghost', bot: false })
  })

  test('lists follow every page', async () => {
    const { repository } = gitHubOverNock()
    const second = 'https://api.github.com/repositories/1/pulls?page=2'
    once(LIST).reply(200, [pullAnswer({ number: 1 })], { link: `<${second}>; rel="next"` })
    nock('https://api.github.com')
      .get('/repositories/1/pulls')
      .query({ page: 2 })
      .reply(200, [pullAnswer({ number: 2 })])
    expect((await repository.pulls.listOpen()).map(({ number }) => number)).toEqual([1, 2])
  })

  test('a branch is asked for with its owner, and answers of other branches or forks are left out', async () => {
    const { repository } = gitHubOverNock()
    const fork = pullAnswer({ number: 8, head: { ref: 'feature', sha: SHA, repo: { id: 2 } } })
    const other = pullAnswer({ number: 9, head: { ref: 'feature-2', sha: SHA, repo: { id: 1 } } })
    nock('https://api.github.com')
      .get(LIST[1])
      .query((query) => query.head === 'acme:feature' && query.state === 'all')
      .reply(200, [pullAnswer(), fork, other])
    expect((await repository.pulls.listByHead('feature')).map(({ number }) => number)).toEqual([5])
  })

  test('reviews keep the commit they were made on', async () => {
    const { repository } = gitHubOverNock()
    const user = { login: 'ada', type: 'User' }
    const submitted = '2026-01-05T12:00:00Z'
    once(['GET', `${AT}/pulls/5/reviews`]).reply(200, [
      { user, state: 'APPROVED', commit_id: SHA, submitted_at: submitted },
      { user, state: 'PENDING', commit_id: null },
    ])
    const author = { login: 'ada', bot: false }
    expect(await repository.pulls.reviews(5)).toEqual([
      { author, state: 'APPROVED', commit: SHA, submittedAt: submitted },
      { author, state: 'PENDING', commit: '', submittedAt: '' },
    ])
  })
})

describe('opening a pull request', () => {
  test('adopts the open one when GitHub says that it exists', async () => {
    const { repository } = gitHubOverNock()
    const message = 'A pull request already exists for acme:feature.'
    once(CREATE).reply(422, refusal(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]))
    once(LIST).reply(200, [pullAnswer({ state: 'closed', number: 4 }), pullAnswer()])
    expect((await repository.pulls.create(REQUEST)).number).toBe(5)
  })

  test('finds the one it opened when the answer was lost, and opens no second', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).replyWithError('socket hang up')
    once(LIST).reply(200, [pullAnswer()])
    expect((await repository.pulls.create(REQUEST)).number).toBe(5)
  })

  test('waits for GitHub to see a branch that was made a moment ago', async () => {
    const { repository } = gitHubOverNock()
    once(['POST', `${AT}/git/refs`]).reply(201, {})
    const unseen = refusal(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }])
    once(CREATE).reply(422, unseen)
    once(CREATE).reply(201, pullAnswer())
    await repository.branches.create('feature', SHA)
    expect((await repository.pulls.create(REQUEST)).number).toBe(5)
  })

  test('does not wait for a branch it knows nothing of', async () => {
    const { repository, clock } = gitHubOverNock()
    const unknown = refusal(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }])
    once(CREATE).reply(422, unknown)
    await expect(repository.pulls.create(REQUEST)).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
    expect(clock.slept).toEqual([])
  })

  test('one just opened is looked for until GitHub shows it', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).reply(201, pullAnswer())
    once(READ).reply(404, refusal(404, 'Not Found'))
    once(READ).reply(200, pullAnswer())
    await repository.pulls.create(REQUEST)
    expect((await repository.pulls.get(5))?.number).toBe(5)
  })
})

describe('merging', () => {
  test('merges exactly the commit it was asked to', async () => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    const body = { sha: SHA, merge_method: 'merge', commit_title: 'T', commit_message: 'M' }
    nock('https://api.github.com').put(MERGE[1], body).reply(200, { sha: OTHER_SHA, merged: true, message: '' })
    expect(await repository.pulls.merge(5, { sha: SHA, title: 'T', message: 'M' })).toEqual({
      merged: true,
      sha: OTHER_SHA,
    })
  })

  test.each([
    ['squash', { allow_merge_commit: false }],
    ['rebase', { allow_merge_commit: false, allow_squash_merge: false }],
  ])('takes %s where the repository allows nothing before it', async (method, settings) => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer(settings))
    nock('https://api.github.com')
      .put(MERGE[1], (body) => body.merge_method === method)
      .reply(200, { sha: OTHER_SHA })
    expect(await repository.pulls.merge(5, { sha: SHA })).toEqual({ merged: true, sha: OTHER_SHA })
  })

  test('takes the next method where a ruleset forbids one', async () => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    once(MERGE).reply(405, refusal(405, 'Merge commits are not allowed on this repository.'))
    once(MERGE).reply(200, { sha: OTHER_SHA })
    expect(await repository.pulls.merge(5, { sha: SHA })).toEqual({ merged: true, sha: OTHER_SHA })
  })

  test.each([
    [409, 'Head branch was modified. Review and try the merge again.', 'head-moved'],
    [405, 'Base branch was modified. Review and try the merge again.', 'base-moved'],
    [405, 'Required status check "lockstep/gate" is expected.', 'blocked'],
    [404, 'Not Found', 'closed'],
  ])('a refusal with %i "%s" is %s, and is not repeated', async (status, message, refused) => {
    const { repository, clock } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    once(MERGE).reply(status, refusal(status, message))
    expect(await repository.pulls.merge(5, { sha: SHA })).toEqual({ merged: false, refusal: refused, message })
    expect(clock.slept).toEqual([])
  })

  test.each([
    ['it goes in', { data: { enqueuePullRequest: { mergeQueueEntry: { id: 'x' } } } }, 'queued'],
    ['it stands there already', refused('Pull request is already in the queue'), 'queued'],
    ['its head moved', refused('Head branch was modified. Review and try the merge again.'), 'head-moved'],
    ['a rule is not met', refused('Required status check "ci" is expected.'), 'blocked'],
  ])('where a merge queue is required, %s', async (_what, answer, expected) => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    once(MERGE).reply(405, refusal(405, 'Changes must be made through the merge queue'))
    once(READ).reply(200, { ...pullAnswer(), node_id: 'PR_5' })
    const sent: unknown[] = []
    once(['POST', '/graphql']).reply(200, async (request: Request) => {
      sent.push(((await request.json()) as { variables: unknown }).variables)
      return answer
    })
    expect(await repository.pulls.merge(5, { sha: SHA })).toMatchObject({ merged: false, refusal: expected })
    expect(sent).toEqual([{ input: { pullRequestId: 'PR_5', expectedHeadOid: SHA } }])
  })

  test.each([
    ['conflict', { mergeable: false }],
    ['blocked', { mergeable: true }],
    ['base-moved', { mergeable: null }],
    ['closed', { state: 'closed' }],
    ['head-moved', { head: { ref: 'feature', sha: OTHER_SHA, repo: { id: 1 } } }],
  ])('"not mergeable" means %s when the pull request shows it', async (refused, state) => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    once(MERGE).reply(405, refusal(405, 'Pull Request is not mergeable'))
    always(READ).reply(200, pullAnswer(state))
    expect(await repository.pulls.merge(5, { sha: SHA })).toMatchObject({ merged: false, refusal: refused })
  })

  test('a merge whose answer was lost is found, not repeated', async () => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    once(MERGE).replyWithError('socket hang up')
    once(READ).reply(200, pullAnswer({ merged: true, state: 'closed', merged_at: '2026-01-05T12:00:00Z' }))
    expect(await repository.pulls.merge(5, { sha: SHA })).toEqual({ merged: true, sha: OTHER_SHA })
  })

  test('what somebody merged at another commit is not ours', async () => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer())
    once(MERGE).reply(405, refusal(405, 'Pull Request is not mergeable'))
    const head = { ref: 'feature', sha: OTHER_SHA, repo: { id: 1 } }
    always(READ).reply(200, pullAnswer({ merged: true, state: 'closed', head }))
    expect(await repository.pulls.merge(5, { sha: SHA })).toMatchObject({ merged: false, refusal: 'closed' })
  })
})

test('a renamed repository is followed with the same verb', async () => {
  const { repository } = gitHubOverNock()
  const moved = 'https://api.github.com/repositories/1/pulls/5'
  once(['PATCH', `${AT}/pulls/5`]).reply(307, { message: 'Moved Permanently', url: moved }, { location: moved })
  const followed = nock('https://api.github.com')
    .patch('/repositories/1/pulls/5', { title: 'T' })
    .reply(200, pullAnswer())
  await repository.pulls.update(5, { title: 'T' })
  expect(followed.isDone()).toBe(true)
})

test('what has not changed since the last look costs no request of the hour', async () => {
  const { repository } = gitHubOverNock()
  once(READ).reply(200, pullAnswer(), { etag: '"1"' })
  nock('https://api.github.com', { reqheaders: { 'if-none-match': '"1"' } })
    .get(READ[1])
    .times(2)
    .reply(304)
  const first = await repository.pulls.get(5)
  expect(await repository.pulls.get(5)).toEqual(first)
  expect(await repository.pulls.get(5)).toEqual(first)
})

/** GraphQL's way to say no. */
function refused(message: string) {
  const error = { type: 'UNPROCESSABLE', path: ['enqueuePullRequest'], message }
  return { data: { enqueuePullRequest: null }, errors: [error] }
}
