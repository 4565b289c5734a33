import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openPull, openScene, type RestClient, type Scene } from '../../support/local-github.ts'

let scene: Scene
let robot: RestClient
beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
})
afterAll(() => scene.close())

async function withPull() {
  const repository = await scene.repository()
  const { number } = await openPull(scene.bob, repository, 'topic')
  const comments = `${repository}/issues/${number}/comments`
  return { repository, number, comments, name: repository.split('/').at(-1) }
}

describe('comments', () => {
  test('G140 a body over 65,536 characters answers 422', async () => {
    const { comments } = await withPull()
    const { status, body } = await robot.post(comments, { body: 'x'.repeat(65_537) })
    expect(status).toBe(422)
    expect(body.errors[0]).toMatchObject({ resource: 'IssueComment', field: 'body' })
    expect((await robot.post(comments, { body: 'x'.repeat(65_536) })).status).toBe(201)
  })

  test('G141 an edit tells the old text in changes and the new one in the comment', async () => {
    const { comments, repository } = await withPull()
    const { body: comment } = await robot.post(comments, { body: 'old' })
    await robot.patch(`${repository}/issues/comments/${comment.id}`, { body: 'new' })
    const { payload } = await scene.webhooks.waitFor('issue_comment.edited', (event) => event.comment.id === comment.id)
    expect([payload.changes.body.from, payload.comment.body]).toEqual(['old', 'new'])
  })

  test('G142 on a pull request the event says so, and knows no head', async () => {
    const { comments, number } = await withPull()
    const { body: comment } = await scene.bob.post(comments, { body: '/promote' })
    const { payload } = await scene.webhooks.waitFor(
      'issue_comment.created',
      (event) => event.comment.id === comment.id,
    )
    expect(payload.issue).toMatchObject({ number, pull_request: { url: expect.stringContaining(`/pulls/${number}`) } })
    expect(JSON.stringify(payload)).not.toContain('head_sha')
    expect(payload.issue).not.toHaveProperty('head')
  })

  test('G143 author_association depends on who looks: a private member is nobody to a stranger', async () => {
    scene.github.createUser('priya')
    scene.github.world.account('acme')?.members.set('priya', { role: 'member', public: false })
    const { comments } = await withPull()
    const stored = scene.github.repository('acme', comments.split('/')[3] ?? '')
    const priya = scene.github.world.account('priya')
    const [comment] = [...stored.comments.values()]
    await scene.bob.post(comments, { body: 'x' })
    const [made] = [...stored.comments.values()]
    if (!priya || !made || comment) throw new Error('unreachable')
    stored.comments.set(made.id, { ...made, author: priya })
    const seen = async (client: RestClient) => (await client.get(comments)).body[0].author_association
    expect([await seen(scene.ann), await seen(scene.eve)]).toEqual(['MEMBER', 'NONE'])
    const blind = await scene.robot({ permissions: { issues: 'read', pull_requests: 'read' } })
    expect([await seen(robot), await seen(blind)]).toEqual(['MEMBER', 'NONE'])
  })

  test('G144 an App writes as a bot, and is named; for people the key is null', async () => {
    const { comments } = await withPull()
    const { body: ours } = await robot.post(comments, { body: 'x' })
    const { body: theirs } = await scene.bob.post(comments, { body: 'x' })
    expect(ours.user).toMatchObject({ type: 'Bot', login: 'robot[bot]' })
    expect(ours.performed_via_github_app.id).toBe(scene.appId)
    expect(theirs.performed_via_github_app).toBeNull()
  })

  test('G145 our own comment comes back as an event with our bot as sender', async () => {
    const { comments } = await withPull()
    const { body } = await robot.post(comments, { body: 'x' })
    const { payload } = await scene.webhooks.waitFor('issue_comment.created', (event) => event.comment.id === body.id)
    expect(payload.sender).toMatchObject({ login: 'robot[bot]', type: 'Bot' })
  })

  test('G146 the same reaction twice answers 201, then 200; other words are refused and nobody is told', async () => {
    const { comments, repository } = await withPull()
    const { body: comment } = await scene.bob.post(comments, { body: '/promote' })
    const path = `${repository}/issues/comments/${comment.id}/reactions`
    const react = (client: RestClient, content: string) => client.post(path, { content })
    expect([(await react(robot, 'eyes')).status, (await react(robot, 'eyes')).status]).toEqual([201, 200])
    expect((await react(scene.bob, 'eyes')).status).toBe(201)
    expect((await react(robot, 'wave')).status).toBe(422)
    expect((await robot.get(path)).body).toHaveLength(2)
    const { body: seen } = await robot.get(`${repository}/issues/comments/${comment.id}`)
    expect(seen.reactions).toMatchObject({ total_count: 2, eyes: 2, rocket: 0 })
    expect(scene.webhooks.received.filter((one) => one.event.includes('reaction'))).toEqual([])
  })

  test('G148 lists ascend by id; since looks at the last edit; the repository has a list of all', async () => {
    const { comments, repository } = await withPull()
    const { body: first } = await robot.post(comments, { body: 'first' })
    const { body: second } = await robot.post(comments, { body: 'second' })
    const stored = scene.github.repository('acme', repository.split('/').at(-1) ?? '')
    const old = stored.comments.get(first.id)
    if (old) old.updatedAt = '2020-01-01T00:00:00Z'
    const ids = async (path: string) => (await robot.get(path)).body.map((one: { id: number }) => one.id)
    expect(await ids(comments)).toEqual([first.id, second.id])
    expect(await ids(`${repository}/issues/comments?since=2021-01-01T00:00:00Z`)).toEqual([second.id])
    await robot.patch(`${repository}/issues/comments/${first.id}`, { body: 'edited' })
    expect(await ids(`${repository}/issues/comments?since=2021-01-01T00:00:00Z`)).toEqual([first.id, second.id])
  })

  test('people cannot edit the comments of others without write access', async () => {
    const { comments, repository } = await withPull()
    const { body } = await robot.post(comments, { body: 'x' })
    expect((await scene.rita.patch(`${repository}/issues/comments/${body.id}`, { body: 'y' })).status).toBe(403)
    expect((await robot.delete(`${repository}/issues/comments/${body.id}`)).status).toBe(204)
  })
})

describe('reviews', () => {
  const review = (client: RestClient, path: string, request: object) => client.post(`${path}/reviews`, request)

  test('G149 nobody approves their own', async () => {
    const { repository, number } = await withPull()
    const { status, body } = await review(scene.bob, `${repository}/pulls/${number}`, { event: 'APPROVE' })
    expect([status, body.errors]).toEqual([422, ['Cannot approve your own pull request']])
  })

  test('G150 REST says APPROVED, the webhook approved', async () => {
    const { repository, number, name } = await withPull()
    const { body } = await review(scene.ann, `${repository}/pulls/${number}`, { event: 'APPROVE' })
    expect(body.state).toBe('APPROVED')
    const submitted = (event: { repository: { name: string } }) => event.repository.name === name
    const { payload } = await scene.webhooks.waitFor('pull_request_review.submitted', submitted)
    expect(payload.review.state).toBe('approved')
    for (const key of ['mergeable', 'mergeable_state', 'merged']) expect(payload.pull_request).not.toHaveProperty(key)
  })

  test('G151 without an event it is pending, unsubmitted and unseen by others', async () => {
    const { repository, number } = await withPull()
    const path = `${repository}/pulls/${number}`
    const { body } = await review(scene.ann, path, { body: 'later' })
    expect(body.state).toBe('PENDING')
    expect(body).not.toHaveProperty('submitted_at')
    expect((await scene.bob.get(`${path}/reviews`)).body).toEqual([])
    expect((await scene.ann.get(`${path}/reviews`)).body).toHaveLength(1)
    await scene.ann.post(`${path}/reviews/${body.id}/events`, { event: 'COMMENT' })
    expect((await scene.bob.get(`${path}/reviews`)).body[0].state).toBe('COMMENTED')
  })

  test('G152 after a push it stays, with the old commit', async () => {
    const { repository, number } = await withPull()
    const path = `${repository}/pulls/${number}`
    const { body } = await review(scene.ann, path, { event: 'APPROVE' })
    await scene.bob.put(`${repository}/contents/more`, { message: 'x', content: '', branch: 'topic' })
    const { body: list } = await scene.bob.get(`${path}/reviews`)
    const { body: pull } = await scene.bob.get(path)
    expect(list).toMatchObject([{ state: 'APPROVED', commit_id: body.commit_id }])
    expect(pull.head.sha).not.toBe(body.commit_id)
  })
})
