import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { commitFile, cutBranch, openPull, openScene, type Scene, tipOf } from '../../support/local-github.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

const merge = (repository: string, number: number, body: object = {}) =>
  scene.bob.put(`${repository}/pulls/${number}/merge`, body)
const message = async (repository: string, sha: string): Promise<string> =>
  (await scene.bob.get(`${repository}/git/commits/${sha}`)).body.message

describe('merging', () => {
  test('G076 answers the commit that landed, and keeps what the base had', async () => {
    const repository = await scene.repository()
    const { number } = await openPull(scene.bob, repository, 'topic')
    await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    const { status, body } = await merge(repository, number, { commit_title: 'Title', commit_message: 'Text' })
    expect([status, body]).toEqual([
      200,
      { sha: expect.any(String), merged: true, message: 'Pull Request successfully merged' },
    ])
    expect(await tipOf(scene.bob, repository, 'main')).toBe(body.sha)
    expect(await message(repository, body.sha)).toBe('Title\n\nText')
    for (const path of ['base', 'topic.txt']) {
      expect((await scene.bob.get(`${repository}/contents/${path}`)).status).toBe(200)
    }
    expect((await scene.bob.get(`${repository}/pulls/${number}/merge`)).status).toBe(204)
  })

  test('squash and rebase leave one parent; squash takes the title and number', async () => {
    const repository = await scene.repository()
    const squashed = await openPull(scene.bob, repository, 'one')
    const rebased = await openPull(scene.bob, repository, 'two')
    const { body: one } = await merge(repository, squashed.number, { merge_method: 'squash' })
    const { body: two } = await merge(repository, rebased.number, { merge_method: 'rebase' })
    expect(await message(repository, one.sha)).toBe(`Write one.txt (#${squashed.number})`)
    expect((await scene.bob.get(`${repository}/git/commits/${two.sha}`)).body).toMatchObject({
      message: 'Write two.txt',
      parents: [{ sha: one.sha }],
      committer: { email: 'noreply@github.com' },
    })
  })

  test('G091 G092 GitHub writes and signs the merge, with the texts of the settings', async () => {
    const repository = await scene.repository({
      settings: { merge_commit_title: 'PR_TITLE', merge_commit_message: 'PR_BODY' },
    })
    const { number } = await openPull(scene.bob, repository, 'topic', { title: 'A title', body: 'A body' })
    const { body } = await merge(repository, number)
    const { body: commit } = await scene.bob.get(`${repository}/git/commits/${body.sha}`)
    expect(commit.message).toBe(`A title (#${number})\n\nA body`)
    expect(commit.committer).toMatchObject({ name: 'GitHub', email: 'noreply@github.com' })
    expect(commit.verification.verified).toBe(true)
    expect((await scene.rita.get(repository)).body).not.toHaveProperty('merge_commit_title')
    expect((await scene.bob.get(repository)).body.merge_commit_title).toBe('PR_TITLE')
  })

  test('G093 the head branch is deleted by GitHub; deleting it once more answers 422', async () => {
    const repository = await scene.repository({ settings: { delete_branch_on_merge: true } })
    const { number } = await openPull(scene.bob, repository, 'topic')
    await merge(repository, number)
    const { status, body } = await scene.bob.delete(`${repository}/git/refs/heads/topic`)
    expect([status, body.message]).toEqual([422, 'Reference does not exist'])
    expect((await scene.bob.get(`${repository}/pulls/${number}`)).body).toMatchObject({ merged: true })
  })

  test('G094 closed is sent merged or not; only `merged` tells', async () => {
    const repository = await scene.repository()
    const name = repository.split('/').at(-1)
    const kept = await openPull(scene.bob, repository, 'kept')
    const dropped = await openPull(scene.bob, repository, 'dropped')
    await merge(repository, kept.number)
    await scene.bob.patch(`${repository}/pulls/${dropped.number}`, { state: 'closed' })
    const closed = (number: number) =>
      scene.webhooks.waitFor(
        'pull_request.closed',
        (event) => event.repository.name === name && event.number === number,
      )
    expect((await closed(kept.number)).payload.pull_request.merged).toBe(true)
    expect((await closed(dropped.number)).payload.pull_request.merged).toBe(false)
  })
})

describe('refusals', () => {
  test('G077 another sha than the head answers 409', async () => {
    const repository = await scene.repository()
    const { number, head } = await openPull(scene.bob, repository, 'topic')
    await commitFile(scene.bob, repository, 'topic', { path: 'more', content: 'x' })
    const { status, body } = await merge(repository, number, { sha: head.sha })
    expect([status, body.message]).toEqual([409, 'Head branch was modified. Review and try the merge again.'])
  })

  test('G078 a conflict answers 405', async () => {
    const repository = await scene.repository()
    const { number } = await openPull(scene.bob, repository, 'topic')
    await commitFile(scene.ann, repository, 'main', { path: 'topic.txt', content: 'other\n' })
    for (const merge_method of ['merge', 'squash', 'rebase']) {
      const { status, body } = await merge(repository, number, { merge_method })
      expect([status, body.message]).toEqual([405, 'Pull Request is not mergeable'])
    }
  })

  test('G079 closed or merged already answers 405', async () => {
    const repository = await scene.repository()
    const merged = await openPull(scene.bob, repository, 'merged')
    const closed = await openPull(scene.bob, repository, 'closed')
    await merge(repository, merged.number)
    await scene.bob.patch(`${repository}/pulls/${closed.number}`, { state: 'closed' })
    expect((await merge(repository, merged.number)).status).toBe(405)
    expect((await merge(repository, closed.number)).status).toBe(405)
  })

  test('G080 of two merges at once the later one is told that the base was modified', async () => {
    const repository = await scene.repository()
    const pulls = [await openPull(scene.bob, repository, 'one'), await openPull(scene.bob, repository, 'two')]
    const answers = await Promise.all(pulls.map((pull) => merge(repository, pull.number)))
    const refused = answers.filter((answer) => answer.status !== 200)
    expect(refused.map(({ status, body }) => [status, body.message])).toEqual([
      [405, 'Base branch was modified. Review and try the merge again.'],
    ])
    const left = pulls.find((_, index) => answers[index]?.status !== 200)
    expect((await merge(repository, left.number)).status).toBe(200)
  })

  test.each([
    ['merge', 'Merge commits are not allowed on this repository.'],
    ['squash', 'Squash merges are not allowed on this repository.'],
    ['rebase', 'Rebase merges are not allowed on this repository.'],
  ])('G081 the method %s switched off answers 405', async (merge_method, text) => {
    const off = { allow_merge_commit: false, allow_squash_merge: false, allow_rebase_merge: false }
    const repository = await scene.repository({ settings: off })
    const { number } = await openPull(scene.bob, repository, 'topic')
    const { status, body } = await merge(repository, number, { merge_method })
    expect([status, body.message]).toEqual([405, text])
  })

  test('G082 no method means merge, even where only squash is allowed', async () => {
    const repository = await scene.repository({ settings: { allow_merge_commit: false } })
    const { number } = await openPull(scene.bob, repository, 'topic')
    expect((await merge(repository, number)).body.message).toBe('Merge commits are not allowed on this repository.')
    expect((await merge(repository, number, { merge_method: 'squash' })).status).toBe(200)
  })

  test('G086 a draft answers 405', async () => {
    const repository = await scene.repository()
    const { number } = await openPull(scene.bob, repository, 'topic', { draft: true })
    expect((await merge(repository, number)).status).toBe(405)
  })

  test('G090 POST /merges answers 201, 204 for nothing to do, 404 and 409', async () => {
    const repository = await scene.repository()
    await commitFile(scene.bob, repository, 'topic', { path: 'x', content: 'topic\n' })
    await cutBranch(scene.bob, repository, 'other')
    await commitFile(scene.bob, repository, 'other', { path: 'x', content: 'other\n' })
    const join = (head: string) => scene.bob.post(`${repository}/merges`, { base: 'main', head })
    expect((await join('topic')).status).toBe(201)
    expect((await join('topic')).status).toBe(204)
    expect((await join('nowhere')).status).toBe(404)
    expect((await join('other')).status).toBe(409)
  })
})
