import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { printMarker } from '../../../src/adapters/github/comment-marker.ts'
import { commentAnswer } from '../../support/github-answers.ts'
import type { Route } from '../../support/github-calls.ts'
import { APP_ID, AT, refusal } from '../../support/github-names.ts'
import { always, gitHubOverNock, once } from '../../support/github-over-nock.ts'

const LIST: Route = ['GET', `${AT}/issues/5/comments`]
const CREATE: Route = ['POST', `${AT}/issues/5/comments`]
const MARK = printMarker('preview')
const person = { login: 'eve', type: 'User' }

describe('one comment a topic', () => {
  test('is written with a hidden marker when there is none', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, [])
    const created = nock('https://api.github.com')
      .post(CREATE[1], { body: `${MARK}\nhello` })
      .reply(201, commentAnswer())
    once(LIST).reply(200, [commentAnswer({ body: `${MARK}\nhello` })])
    await repository.comments.ensure(5, 'preview', 'hello')
    expect(created.isDone()).toBe(true)
  })

  test('is left alone when it says that already, whatever GitHub did to its line ends', async () => {
    const { repository } = gitHubOverNock()
    always(LIST).reply(200, [commentAnswer({ body: `${MARK}\r\nhello\r\nyou` })])
    await repository.comments.ensure(5, 'preview', 'hello\nyou\n')
  })

  test('is edited in place when its text differs', async () => {
    const { repository } = gitHubOverNock()
    always(LIST).reply(200, [commentAnswer({ body: `${MARK}\nold` })])
    const edited = nock('https://api.github.com')
      .patch(`${AT}/issues/comments/100`, { body: `${MARK}\nnew` })
      .reply(200, commentAnswer())
    await repository.comments.ensure(5, 'preview', 'new')
    expect(edited.isDone()).toBe(true)
  })

  test('loses a newer twin, and keeps the comments of other topics', async () => {
    const { repository } = gitHubOverNock()
    const other = commentAnswer({ id: 99, body: printMarker('plan') })
    always(LIST).reply(200, [
      other,
      commentAnswer({ id: 101, body: `${MARK}\nnew` }),
      commentAnswer({ body: `${MARK}\nnew` }),
    ])
    const removed = nock('https://api.github.com').delete(`${AT}/issues/comments/101`).reply(204)
    await repository.comments.ensure(5, 'preview', 'new')
    expect(removed.isDone()).toBe(true)
  })

  test('a twin that somebody else wrote at the same moment goes after the write', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, [])
    once(CREATE).reply(201, commentAnswer({ id: 102 }))
    once(LIST).reply(200, [
      commentAnswer({ body: `${MARK}\nhello` }),
      commentAnswer({ id: 102, body: `${MARK}\nhello` }),
    ])
    const removed = nock('https://api.github.com')
      .delete(`${AT}/issues/comments/102`)
      .reply(404, refusal(404, 'Not Found'))
    await repository.comments.ensure(5, 'preview', 'hello')
    expect(removed.isDone()).toBe(true)
  })

  test.each([
    ['a person who planted the marker', { user: person, performed_via_github_app: null }],
    ['a person who acts through the App', { user: person }],
    ['another App', { performed_via_github_app: { id: APP_ID + 1 } }],
  ])('the comment of %s is not ours', async (_, author) => {
    const { repository } = gitHubOverNock()
    always(LIST).reply(200, [commentAnswer({ body: `${MARK}\nhello`, ...author })])
    once(CREATE).reply(201, commentAnswer())
    expect((await repository.comments.list(5)).map(({ ours }) => ours)).toEqual([false])
    await repository.comments.ensure(5, 'preview', 'hello')
    expect(nock.pendingMocks().filter((mock) => mock.startsWith('POST https://api.github.com:443/repos'))).toEqual([])
  })

  test('several texts for one topic are one write', async () => {
    const { repository } = gitHubOverNock()
    always(LIST).reply(200, [commentAnswer({ body: `${MARK}\nold` })])
    const bodies: string[] = []
    always(['PATCH', `${AT}/issues/comments/100`]).reply(200, async (request: Request) => {
      bodies.push(((await request.json()) as { body: string }).body)
      return commentAnswer()
    })
    await Promise.all(['1', '2', '3'].map((text) => repository.comments.ensure(5, 'preview', text)))
    expect(bodies).toEqual([`${MARK}\n3`])
  })

  test('a marker is read only where it is written: on the first line', () => {
    expect(() => printMarker('a --> b')).toThrow('not a comment topic')
  })
})

describe('replies', () => {
  test('one whose answer was lost is found again instead of written twice', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).replyWithError('socket hang up')
    once(LIST).reply(200, [commentAnswer({ id: 1, body: 'other' }), commentAnswer({ id: 2, body: 'hello' })])
    expect((await repository.comments.create(5, 'hello')).id).toBe(2)
  })

  test('the same words of an earlier day are not that reply', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).replyWithError('socket hang up')
    once(LIST).reply(200, [commentAnswer({ id: 1, body: 'hello', created_at: '2026-01-04T12:00:00Z' })])
    once(CREATE).reply(201, commentAnswer({ id: 2, body: 'hello' }))
    expect((await repository.comments.create(5, 'hello')).id).toBe(2)
  })

  test('a comment knows its pull request', async () => {
    const { repository } = gitHubOverNock()
    const onIssue = commentAnswer({ html_url: 'https://github.com/acme/shop/issues/6#issuecomment-1', user: null })
    once(['GET', `${AT}/issues/comments`]).reply(200, [commentAnswer(), onIssue])
    const comments = await repository.comments.listSince('2026-01-01T00:00:00Z')
    expect(comments.map(({ number, onPullRequest, ours }) => ({ number, onPullRequest, ours }))).toEqual([
      { number: 5, onPullRequest: true, ours: true },
      { number: 5, onPullRequest: false, ours: false },
    ])
  })

  test('a locked conversation says so', async () => {
    const { repository } = gitHubOverNock()
    once(CREATE).reply(403, refusal(403, 'Unable to create comment because issue is locked.'))
    await expect(repository.comments.create(5, 'hello')).rejects.toMatchObject({
      code: 'GITHUB_REFUSED',
      message: expect.stringContaining('issue is locked'),
    })
  })
})

describe('reactions', () => {
  test('a comment that is gone needs none', async () => {
    const { repository } = gitHubOverNock()
    once(['POST', `${AT}/issues/comments/9/reactions`]).reply(404, refusal(404, 'Not Found'))
    await repository.comments.react(9, 'eyes')
  })

  test('only our own are told, by the name GitHub gives the App', async () => {
    const { repository } = gitHubOverNock()
    once(['GET', '/app']).reply(200, { id: APP_ID, slug: 'lockstep' })
    const bot = { login: 'lockstep[bot]', type: 'Bot' }
    always(['GET', `${AT}/issues/comments/9/reactions`]).reply(200, [
      { content: 'eyes', user: bot },
      { content: 'rocket', user: person },
      { content: 'heart', user: bot },
      { content: '+1', user: null },
    ])
    expect(await repository.comments.ownReactions(9)).toEqual(['eyes'])
    expect(await repository.comments.ownReactions(9)).toEqual(['eyes'])
  })
})
