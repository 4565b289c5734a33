import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { gitCommitAnswer, treeAnswer } from '../../support/github-answers.ts'
import type { Route } from '../../support/github-calls.ts'
import { API, AT, OTHER_SHA, refusal, SHA } from '../../support/github-names.ts'
import { always, gitHubOverNock, once } from '../../support/github-over-nock.ts'

const TIP: Route = ['GET', `${AT}/git/ref/heads%2Fb`]
const CREATE: Route = ['POST', `${AT}/git/refs`]
const MUTATION: Route = ['POST', '/graphql']
const TREE = 'c'.repeat(40)
const NEW_SHA = 'd'.repeat(40)
const REQUEST = {
  branch: 'b',
  expectedHead: SHA,
  headline: 'Promote checkout',
  body: 'Lockstep-App: checkout',
  changes: [
    { path: 'apps/checkout/kustomization.yaml', content: 'images: []\n' },
    { path: 'old.yaml', content: null },
  ],
}

describe('branches', () => {
  test('a branch that is not there has no tip', async () => {
    const { repository } = gitHubOverNock()
    once(TIP).reply(404, refusal(404, 'Not Found'))
    expect(await repository.branches.tip('b')).toBeUndefined()
  })

  test('one just made is looked for until GitHub shows it', async () => {
    const { repository } = gitHubOverNock()
    nock(API).post(CREATE[1], { ref: 'refs/heads/b', sha: SHA }).reply(201, {})
    once(TIP).reply(404, refusal(404, 'Not Found'))
    once(TIP).reply(200, { object: { sha: SHA } })
    expect(await repository.branches.create('b', SHA)).toBe('created')
    expect(await repository.branches.tip('b')).toBe(SHA)
  })

  test('an existing branch is told, not moved', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).reply(422, refusal(422, 'Reference already exists'))
    expect(await repository.branches.create('b', SHA)).toBe('exists')
  })

  test('a creation whose answer was lost counts when the branch is there', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).replyWithError('socket hang up')
    once(TIP).reply(200, { object: { sha: SHA } })
    expect(await repository.branches.create('b', SHA)).toBe('created')
  })

  test('a branch of somebody else, found after a lost answer, is not ours', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).replyWithError('socket hang up')
    once(TIP).reply(200, { object: { sha: OTHER_SHA } })
    once(CREATE).reply(422, refusal(422, 'Reference already exists'))
    expect(await repository.branches.create('b', SHA)).toBe('exists')
  })

  test.each([
    [422, 'Reference does not exist'],
    [404, 'Not Found'],
  ])('deleting what is gone (%i) is done', async (status, message) => {
    const { repository } = gitHubOverNock()
    once(['DELETE', `${AT}/git/refs/heads%2Fb`]).reply(status, refusal(status, message))
    await repository.branches.delete('b')
  })

  test('a rule against deleting is told', async () => {
    const { repository } = gitHubOverNock()
    once(['DELETE', `${AT}/git/refs/heads%2Fb`]).reply(422, refusal(422, 'Repository rule violations found'))
    await expect(repository.branches.delete('b')).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
  })
})

describe('committing', () => {
  /** The tree at the expected head: `apps/checkout/kustomization.yaml` with that mode. */
  function gitHubWithFile(mode: string) {
    const { repository, clock } = gitHubOverNock()
    always(['GET', `${AT}/git/commits/${SHA}`]).reply(200, gitCommitAnswer({ tree: { sha: TREE } }))
    const directory = (path: string, sha: string) => treeAnswer({ path, mode: '040000', type: 'tree', sha })
    always(['GET', `${AT}/git/trees/${TREE}`]).reply(200, directory('apps', '1'.repeat(40)))
    always(['GET', `${AT}/git/trees/${'1'.repeat(40)}`]).reply(200, directory('checkout', '2'.repeat(40)))
    always(['GET', `${AT}/git/trees/${'2'.repeat(40)}`]).reply(200, treeAnswer({ path: 'kustomization.yaml', mode }))
    return { repository, clock }
  }

  test('is one compare-and-swap that GitHub signs as the App', async () => {
    const { repository } = gitHubWithFile('100644')
    let input: unknown
    once(MUTATION).reply(200, async (request: Request) => {
      input = ((await request.json()) as { variables: { input: unknown } }).variables.input
      return { data: { createCommitOnBranch: { commit: { oid: NEW_SHA } } } }
    })
    expect(await repository.branches.commit(REQUEST)).toEqual({ sha: NEW_SHA })
    expect(input).toEqual({
      branch: { repositoryNameWithOwner: 'acme/shop', branchName: 'b' },
      expectedHeadOid: SHA,
      message: { headline: 'Promote checkout', body: 'Lockstep-App: checkout' },
      fileChanges: {
        additions: [
          { path: 'apps/checkout/kustomization.yaml', contents: Buffer.from('images: []\n').toString('base64') },
        ],
        deletions: [{ path: 'old.yaml' }],
      },
    })
  })

  test('a branch that moved is stale, and nothing is repeated', async () => {
    const { repository, clock } = gitHubWithFile('100644')
    const message = 'Expected branch to point to "a" but it did not. Pull and try again.'
    const errors = [{ type: 'STALE_DATA', path: ['createCommitOnBranch'], message }]
    once(MUTATION).reply(200, { data: { createCommitOnBranch: null }, errors })
    expect(await repository.branches.commit(REQUEST)).toBe('stale')
    expect(clock.slept).toEqual([])
  })

  test('a branch made a moment ago is waited for', async () => {
    const { repository } = gitHubWithFile('100644')
    once(CREATE).reply(201, {})
    const errors = [{ type: 'NOT_FOUND', message: 'No branch named b' }]
    once(MUTATION).reply(200, { data: { createCommitOnBranch: null }, errors })
    once(MUTATION).reply(200, { data: { createCommitOnBranch: { commit: { oid: NEW_SHA } } } })
    await repository.branches.create('b', SHA)
    expect(await repository.branches.commit(REQUEST)).toEqual({ sha: NEW_SHA })
  })

  test('a branch made and deleted a moment ago is not there, without a wait', async () => {
    const { repository, clock } = gitHubWithFile('100644')
    once(CREATE).reply(201, {})
    once(['DELETE', `${AT}/git/refs/heads%2Fb`]).reply(204)
    once(TIP).reply(404, refusal(404, 'Not Found'))
    await repository.branches.create('b', SHA)
    await repository.branches.delete('b')
    expect(await repository.branches.tip('b')).toBeUndefined()
    expect(clock.slept).toEqual([])
  })

  test('an unmet rule is told in its own words', async () => {
    const { repository } = gitHubWithFile('100644')
    const errors = [{ type: 'UNPROCESSABLE', message: 'Repository rule violations found' }]
    once(MUTATION).reply(200, { data: { createCommitOnBranch: null }, errors })
    await expect(repository.branches.commit(REQUEST)).rejects.toMatchObject({
      code: 'GITHUB_REFUSED',
      message: expect.stringContaining('rule violations'),
    })
  })

  test('a used-up GraphQL budget, which comes with status 200, is waited for', async () => {
    const { repository, clock } = gitHubWithFile('100644')
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(clock.now() / 1000 + 20) }
    once(MUTATION).reply(200, { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }, headers)
    once(MUTATION).reply(200, { data: { createCommitOnBranch: { commit: { oid: NEW_SHA } } } })
    expect(await repository.branches.commit(REQUEST)).toEqual({ sha: NEW_SHA })
    expect(clock.slept).toEqual([21_000])
  })

  describe('after a lost answer', () => {
    const message = 'Promote checkout\n\nLockstep-App: checkout'

    test.each([
      ['is found when it stands on the expected head', { message, parents: [{ sha: SHA }] }, { sha: NEW_SHA }],
      ['of somebody else is stale', { message: 'Other', parents: [{ sha: SHA }] }, 'stale'],
      ['on another base is stale', { message, parents: [{ sha: OTHER_SHA }] }, 'stale'],
    ])('a commit %s', async (_, commit, expected) => {
      const { repository } = gitHubWithFile('100644')
      once(MUTATION).replyWithError('socket hang up')
      once(TIP).reply(200, { object: { sha: NEW_SHA } })
      once(['GET', `${AT}/git/commits/${NEW_SHA}`]).reply(200, gitCommitAnswer(commit))
      expect(await repository.branches.commit(REQUEST)).toEqual(expected)
    })

    test('that had not been done is repeated', async () => {
      const { repository } = gitHubWithFile('100644')
      once(MUTATION).replyWithError('socket hang up')
      once(TIP).reply(200, { object: { sha: SHA } })
      once(MUTATION).reply(200, { data: { createCommitOnBranch: { commit: { oid: NEW_SHA } } } })
      expect(await repository.branches.commit(REQUEST)).toEqual({ sha: NEW_SHA })
    })
  })

  describe('of an executable file or a link', () => {
    test.each(['100755', '120000'])('keeps mode %s', async (mode) => {
      const { repository } = gitHubWithFile(mode)
      once(TIP).reply(200, { object: { sha: SHA } })
      const tree = [
        { path: 'apps/checkout/kustomization.yaml', mode, type: 'blob', content: 'images: []\n' },
        { path: 'old.yaml', mode: '100644', type: 'blob', sha: null },
      ]
      nock(API).post(`${AT}/git/trees`, { base_tree: TREE, tree }).reply(201, { sha: OTHER_SHA })
      const message = 'Promote checkout\n\nLockstep-App: checkout'
      nock(API)
        .post(`${AT}/git/commits`, { message, tree: OTHER_SHA, parents: [SHA] })
        .reply(201, { sha: NEW_SHA })
      nock(API).patch(`${AT}/git/refs/heads%2Fb`, { sha: NEW_SHA, force: false }).reply(200, {})
      expect(await repository.branches.commit(REQUEST)).toEqual({ sha: NEW_SHA })
    })

    test('on a branch that moved is stale before anything is written', async () => {
      const { repository } = gitHubWithFile('100755')
      once(TIP).reply(200, { object: { sha: OTHER_SHA } })
      expect(await repository.branches.commit(REQUEST)).toBe('stale')
    })

    test('on a branch that moves meanwhile is stale', async () => {
      const { repository } = gitHubWithFile('100755')
      once(TIP).reply(200, { object: { sha: SHA } })
      once(['POST', `${AT}/git/trees`]).reply(201, { sha: OTHER_SHA })
      once(['POST', `${AT}/git/commits`]).reply(201, { sha: NEW_SHA })
      once(['PATCH', `${AT}/git/refs/heads%2Fb`]).reply(422, refusal(422, 'Update is not a fast forward'))
      expect(await repository.branches.commit(REQUEST)).toBe('stale')
    })
  })
})

describe('a branch without parents', () => {
  const FILES = [{ path: 'README.md', content: 'State of Lockstep.\n' }]

  test('is a commit without parents and author, so that GitHub signs it', async () => {
    const { repository } = gitHubOverNock()
    once(TIP).reply(404, refusal(404, 'Not Found'))
    const tree = [{ path: 'README.md', mode: '100644', type: 'blob', content: 'State of Lockstep.\n' }]
    nock(API).post(`${AT}/git/trees`, { tree }).reply(201, { sha: TREE })
    nock(API).post(`${AT}/git/commits`, { message: 'Start', tree: TREE, parents: [] }).reply(201, { sha: NEW_SHA })
    nock(API).post(CREATE[1], { ref: 'refs/heads/b', sha: NEW_SHA }).reply(201, {})
    expect(await repository.branches.createOrphan('b', 'Start', FILES)).toBe('created')
  })

  test('writes nothing when it exists', async () => {
    const { repository } = gitHubOverNock()
    once(TIP).reply(200, { object: { sha: SHA } })
    expect(await repository.branches.createOrphan('b', 'Start', FILES)).toBe('exists')
  })
})
