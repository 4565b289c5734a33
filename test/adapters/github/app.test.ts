import { afterEach, describe, expect, jest, test } from '@jest/globals'
import nock from 'nock'
import { addressesOf } from '../../../src/adapters/github/addresses.ts'
import type { GitHubCall } from '../../../src/adapters/github/observe-calls.ts'
import { repositoryAnswer } from '../../support/github-answers.ts'
import { API, AT, REPOSITORY, refusal, tokenAnswer } from '../../support/github-names.ts'
import { always, gitHubOverNock, once } from '../../support/github-over-nock.ts'

const DAY = 24 * 3600_000
const DELIVERIES = '/app/hook/deliveries'
const TOKENS = '/app/installations/7/access_tokens'

test.each([
  [undefined, undefined, 'https://api.github.com', 'https://github.com'],
  ['https://ghe.acme.com/api/v3/', undefined, 'https://ghe.acme.com/api/v3', 'https://ghe.acme.com'],
  ['http://127.0.0.1:1/api/v3', 'http://127.0.0.1:1/', 'http://127.0.0.1:1/api/v3', 'http://127.0.0.1:1'],
])('addresses of %s', (base, web, baseUrl, webUrl) => {
  expect(addressesOf(base, web)).toEqual({ baseUrl, webUrl })
})

describe('credentials', () => {
  afterEach(() => {
    jest.useRealTimers()
  })

  const otherTimers = [
    'setTimeout',
    'setInterval',
    'setImmediate',
    'nextTick',
    'queueMicrotask',
    'performance',
  ] as const

  test('a token that was revoked is replaced once', async () => {
    const { repository } = gitHubOverNock()
    jest.useFakeTimers({ doNotFake: [...otherTimers, 'clearTimeout', 'clearInterval', 'clearImmediate'] })
    once(['GET', AT]).reply(200, repositoryAnswer())
    await repository.defaultBranch()
    jest.setSystemTime(Date.now() + 10_000)
    nock.cleanAll()
    once(['GET', AT]).reply(401, refusal(401, 'Bad credentials'))
    once(['POST', TOKENS]).reply(201, { ...tokenAnswer(), token: 'ghs_42_new' })
    nock(API, { reqheaders: { authorization: 'token ghs_42_new' } })
      .get(AT)
      .reply(200, repositoryAnswer({ default_branch: 'trunk' }))
    expect(await repository.defaultBranch()).toBe('trunk')
  })

  test('a wrong key is told at once, not tried again', async () => {
    const { github, clock } = gitHubOverNock()
    once(['GET', '/app/installations']).reply(401, refusal(401, 'A JSON web token could not be decoded'))
    await expect(github.repositories()).rejects.toMatchObject({ code: 'GITHUB_CREDENTIALS', kind: 'unreachable' })
    expect(clock.slept).toEqual([])
  })

  test('a suspended installation says who can help', async () => {
    const { repository } = gitHubOverNock()
    nock.cleanAll()
    always(['POST', '/app/installations/7/access_tokens']).reply(
      403,
      refusal(403, 'This installation has been suspended'),
    )
    await expect(repository.defaultBranch()).rejects.toMatchObject({ code: 'GITHUB_SUSPENDED' })
  })
})

describe('repositories', () => {
  test('come from every installation that works, without archived ones', async () => {
    const { github } = gitHubOverNock()
    once(['GET', '/app/installations']).reply(200, [
      { id: 7, suspended_at: null },
      { id: 8, suspended_at: '2026-01-01T00:00:00Z' },
    ])
    const owner = { login: 'acme' }
    once(['GET', '/installation/repositories']).reply(200, {
      total_count: 2,
      repositories: [
        { ...repositoryAnswer(), owner },
        { ...repositoryAnswer(), owner, name: 'old', archived: true },
      ],
    })
    expect(await github.repositories()).toEqual([REPOSITORY])
  })

  test('of an installation that went away meanwhile are none', async () => {
    const { github } = gitHubOverNock()
    once(['GET', '/app/installations']).reply(200, [{ id: 7, suspended_at: null }])
    once(['GET', '/installation/repositories']).reply(404, refusal(404, 'Not Found'))
    expect(await github.repositories()).toEqual([])
  })

  test.each([
    [{ visibility: 'public', private: false }, true],
    [{ visibility: 'internal', private: true }, false],
    [{ visibility: undefined, private: false }, true],
  ])('with %j are public: %s', async (settings, expected) => {
    const { repository } = gitHubOverNock()
    once(['GET', AT]).reply(200, repositoryAnswer(settings))
    expect(await repository.isPublic()).toBe(expected)
  })
})

describe('access for git', () => {
  test('can read one repository and nothing else, and is kept until shortly before it ends', async () => {
    const { github, clock } = gitHubOverNock()
    nock.cleanAll()
    const asked: unknown[] = []
    always(['POST', '/app/installations/7/access_tokens']).reply(201, async (request: Request) => {
      asked.push(await request.json())
      return {
        token: `ghs_${asked.length}`,
        expires_at: new Date(clock.now() + 3600_000).toISOString(),
        permissions: {},
      }
    })
    const basic = (token: string) => `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
    const url = 'https://github.com/acme/shop.git'
    expect(await github.gitAccess(REPOSITORY)).toEqual({ url, authorization: basic('ghs_1') })
    clock.advance(50 * 60_000)
    expect(await github.gitAccess(REPOSITORY)).toEqual({ url, authorization: basic('ghs_1') })
    clock.advance(6 * 60_000)
    expect(await github.gitAccess(REPOSITORY)).toEqual({ url, authorization: basic('ghs_2') })
    expect(asked).toEqual(Array(2).fill({ repositories: ['shop'], permissions: { contents: 'read' } }))
  })
})

describe('failed webhooks', () => {
  function delivery(id: number, guid: string, status_code: number, hoursAgo: number, now: number) {
    return { id, guid, status_code, delivered_at: new Date(now - hoursAgo * 3600_000).toISOString() }
  }

  test('are asked for again, following the cursor for three days and no longer', async () => {
    const { github, clock } = gitHubOverNock()
    const now = clock.now()
    const next = `${API}${DELIVERIES}?per_page=100&cursor=v1_2`
    const first = [delivery(4, 'never-answered', 0, 1, now), delivery(3, 'repaired', 200, 1, now)]
    const second = [
      delivery(2, 'repaired', 500, 2, now),
      delivery(1, 'failed', 503, 3, now),
      delivery(0, 'old', 500, 80, now),
    ]
    nock(API)
      .get(DELIVERIES)
      .query({ per_page: 100 })
      .reply(200, first, { link: `<${next}>; rel="next"` })
    const beyond = `<${API}${DELIVERIES}?per_page=100&cursor=v1_3>; rel="next"`
    nock(API).get(DELIVERIES).query({ per_page: 100, cursor: 'v1_2' }).reply(200, second, { link: beyond })
    const asked = [1, 4].map((id) => nock(API).post(`${DELIVERIES}/${id}/attempts`).reply(202, {}))
    expect(await github.redeliverFailed()).toBe(2)
    expect(asked.every((scope) => scope.isDone())).toBe(true)
  })

  test('are given up after three repetitions', async () => {
    const { github, clock } = gitHubOverNock()
    always(['GET', DELIVERIES]).reply(200, () => [delivery(1, 'failed', 503, 0, clock.now())])
    always(['POST', `${DELIVERIES}/1/attempts`]).reply(202, {})
    const asked: number[] = []
    for (let look = 0; look < 5; look++) asked.push(await github.redeliverFailed())
    expect(asked).toEqual([1, 1, 1, 0, 0])
  })

  test('that GitHub will not repeat do not stop the others', async () => {
    const { github, clock } = gitHubOverNock()
    const now = clock.now()
    once(['GET', DELIVERIES]).reply(200, [delivery(2, 'b', 500, 1, now), delivery(1, 'a', 500, 1, now)])
    once(['POST', `${DELIVERIES}/2/attempts`]).reply(422, refusal(422, 'Validation Failed'))
    once(['POST', `${DELIVERIES}/1/attempts`]).reply(202, {})
    expect(await github.redeliverFailed()).toBe(1)
  })

  test('are looked for from the last look on, not three days back each time', async () => {
    const { github, clock } = gitHubOverNock()
    always(['GET', DELIVERIES]).reply(200, [delivery(1, 'a', 500, 24, clock.now())])
    always(['POST', `${DELIVERIES}/1/attempts`]).reply(202, {})
    expect(await github.redeliverFailed()).toBe(1)
    clock.advance(DAY / 24)
    expect(await github.redeliverFailed()).toBe(0)
  })
})

test('every request is told to whoever counts, by route', async () => {
  const calls: GitHubCall[] = []
  const { repository } = gitHubOverNock({ observe: (call) => calls.push(call) })
  once(['GET', AT]).reply(200, repositoryAnswer(), { 'x-ratelimit-remaining': '4999', 'x-ratelimit-resource': 'core' })
  once(['GET', `${AT}/pulls`]).reply(200, [], { link: `<${API}/repositories/1/pulls?page=2>; rel="next"` })
  nock(API).get('/repositories/1/pulls').query(true).reply(200, [])
  await repository.defaultBranch()
  await repository.pulls.listOpen()
  expect(calls).toContainEqual({ route: 'GET /repos/{owner}/{repo}', status: 200, remaining: 4999, resource: 'core' })
  expect(calls).toContainEqual({ route: 'GET (next page)', status: 200 })
})
