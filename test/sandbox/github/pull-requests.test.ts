import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  commitFile,
  cutBranch,
  force,
  openPull,
  openScene,
  type Scene,
  settled,
  tipOf,
} from '../../support/local-github.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

/** A repository with a pull request of bob from `topic`. */
async function withPull(): Promise<{ repository: string; number: number; path: string }> {
  const repository = await scene.repository()
  const { number } = await openPull(scene.bob, repository, 'topic')
  return { repository, number, path: `${repository}/pulls/${number}` }
}

describe('opening', () => {
  const open = (repository: string, head: string, base = 'main') =>
    scene.bob.post(`${repository}/pulls`, { title: 'x', head, base })

  test('G044 a head with nothing new answers 422', async () => {
    const repository = await scene.repository()
    await cutBranch(scene.bob, repository, 'same')
    const { status, body } = await open(repository, 'same')
    expect(status).toBe(422)
    expect(body.errors).toEqual([
      { resource: 'PullRequest', code: 'custom', message: 'No commits between main and same' },
    ])
  })

  test('G045 a second one of the same head and base answers 422 without a number', async () => {
    const { repository } = await withPull()
    const { status, body } = await open(repository, 'topic')
    expect([status, body.errors[0].code]).toEqual([422, 'custom'])
    expect(body.errors[0].message).toBe('A pull request already exists for acme:topic.')
  })

  test.each([
    ['head', 'nowhere', 'main'],
    ['base', 'topic', 'nowhere'],
  ])('G046 an unknown %s answers 422 invalid without a message', async (field, head, base) => {
    const repository = await scene.repository()
    await commitFile(scene.bob, repository, 'topic', { path: 'x', content: 'x' })
    const { status, body } = await open(repository, head, base)
    expect([status, body.errors]).toEqual([422, [{ resource: 'PullRequest', field, code: 'invalid' }]])
  })

  test('G047 right after the branch came, it may still be unknown as a head', async () => {
    const repository = await scene.repository()
    scene.github.switches.lag.refs = 1
    await scene.bob.post(`${repository}/git/refs`, {
      ref: 'refs/heads/new',
      sha: await tipOf(scene.bob, repository, 'main'),
    })
    scene.github.switches.lag.refs = 0
    await scene.bob.put(`${repository}/contents/new`, { message: 'x', content: '', branch: 'new' })
    const first = await open(repository, 'new')
    expect([first.status, first.body.errors[0].field]).toEqual([422, 'head'])
    expect((await open(repository, 'new')).status).toBe(201)
  })

  test('G048 a body over 65,536 characters answers 422', async () => {
    const repository = await scene.repository()
    await commitFile(scene.bob, repository, 'topic', { path: 'x', content: 'x' })
    const request = { title: 'x', head: 'topic', base: 'main', body: 'x'.repeat(65_537) }
    const { status, body } = await scene.bob.post(`${repository}/pulls`, request)
    expect([status, body.errors[0]]).toMatchObject([422, { resource: 'Issue', field: 'body' }])
  })

  test('G072 it may start as a draft, and no PATCH ends that', async () => {
    const repository = await scene.repository()
    const pull = await openPull(scene.bob, repository, 'topic', { draft: true })
    await scene.bob.patch(`${repository}/pulls/${pull.number}`, { draft: false, title: 'new' })
    expect((await scene.bob.get(`${repository}/pulls/${pull.number}`)).body).toMatchObject({
      draft: true,
      title: 'new',
    })
  })

  test('a fork can be the head; its commits are then here under refs/pull', async () => {
    const repository = await scene.repository()
    const name = repository.split('/').at(-1) ?? ''
    await scene.github.forkRepository('acme', name, 'eve')
    const sha = await commitFile(scene.eve, `/repos/eve/${name}`, 'topic', { path: 'x', content: 'x' })
    const { status, body } = await scene.eve.post(`${repository}/pulls`, {
      title: 'x',
      head: 'eve:topic',
      base: 'main',
    })
    expect([status, body.head.sha, body.head.repo.full_name]).toEqual([201, sha, `eve/${name}`])
    const { body: ref } = await scene.ann.get(`${repository}/git/ref/pull/${body.number}/head`)
    expect(ref.object.sha).toBe(sha)
    const next = await commitFile(scene.eve, `/repos/eve/${name}`, 'topic', { path: 'y', content: 'y' })
    expect((await scene.ann.get(`${repository}/pulls/${body.number}`)).body.head.sha).toBe(next)
  })
})

describe('mergeability', () => {
  test('G049 the first read and the events say null and unknown; the read starts the job', async () => {
    const { path, number } = await withPull()
    const first = await scene.bob.get(path)
    expect(first.body).toMatchObject({ mergeable: null, mergeable_state: 'unknown' })
    expect((await scene.bob.get(path)).body).toMatchObject({ mergeable: true, mergeable_state: 'clean' })
    const fits = (payload: { number: number; repository: { url: string } }) =>
      payload.number === number && path.startsWith(new URL(payload.repository.url).pathname.replace('/api/v3', ''))
    const { payload } = await scene.webhooks.waitFor('pull_request.opened', fits)
    expect(payload.pull_request).toMatchObject({ mergeable: null, mergeable_state: 'unknown' })
  })

  test('G049 it can take more reads than one', async () => {
    scene.github.switches.lag.mergeable = 3
    const { path } = await withPull()
    scene.github.switches.lag.mergeable = 1
    const seen: unknown[] = []
    for (let read = 0; read < 4; read += 1) seen.push((await scene.bob.get(path)).body.mergeable)
    expect(seen).toEqual([null, null, null, true])
  })

  test('G050 while it is null merge_commit_sha is still the previous test merge', async () => {
    const { repository, path, number } = await withPull()
    const { merge_commit_sha: before } = await settled(scene.bob, repository, number)
    await commitFile(scene.bob, repository, 'topic', { path: 'more', content: 'x' })
    expect((await scene.bob.get(path)).body).toMatchObject({ mergeable: null, merge_commit_sha: before })
    expect((await settled(scene.bob, repository, number)).merge_commit_sha).not.toBe(before)
  })

  test('G051 merge_commit_sha is the test merge first and what landed afterwards', async () => {
    const { repository, path, number } = await withPull()
    const { merge_commit_sha: trial } = await settled(scene.bob, repository, number)
    const { body: commit } = await scene.bob.get(`${repository}/git/commits/${trial}`)
    expect(commit.parents).toHaveLength(2)
    const { body: merge } = await scene.bob.put(`${path}/merge`, { merge_method: 'rebase' })
    const { body: pull } = await scene.bob.get(path)
    expect(pull.merge_commit_sha).toBe(merge.sha)
    expect(merge.sha).toBe(await tipOf(scene.bob, repository, 'main'))
  })

  test('G052 refs/pull/N/merge goes stale until somebody reads the pull request', async () => {
    const { repository, number } = await withPull()
    const merged = async () => (await scene.bob.get(`${repository}/git/ref/pull/${number}/merge`)).body.object.sha
    const before = await merged()
    await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    expect(await merged()).toBe(before)
    await settled(scene.bob, repository, number)
    expect(await merged()).not.toBe(before)
  })

  test('G053 refs/pull/N/head outlives the branch', async () => {
    const { repository, number } = await withPull()
    const sha = await tipOf(scene.bob, repository, 'topic')
    await scene.bob.delete(`${repository}/git/refs/heads/topic`)
    expect((await scene.bob.get(`${repository}/git/ref/pull/${number}/head`)).body.object.sha).toBe(sha)
  })

  test('G054 the state tells a conflict from a draft, a failing check and a clean one', async () => {
    const { repository, number } = await withPull()
    expect((await settled(scene.bob, repository, number)).mergeable_state).toBe('clean')
    const robot = await scene.robot()
    const sha = await tipOf(scene.bob, repository, 'topic')
    await robot.post(`${repository}/check-runs`, { name: 'x', head_sha: sha, conclusion: 'failure' })
    expect((await settled(scene.bob, repository, number)).mergeable_state).toBe('unstable')
    await commitFile(scene.ann, repository, 'main', { path: 'topic.txt', content: 'other\n' })
    const dirty = await settled(scene.bob, repository, number)
    expect([dirty.mergeable, dirty.mergeable_state]).toEqual([false, 'dirty'])
    const draft = await openPull(scene.bob, repository, 'wip', { draft: true })
    expect((await settled(scene.bob, repository, draft.number)).mergeable_state).toBe('draft')
  })
})

describe('reading', () => {
  test('G057 lists are open ones by default and carry nothing computed', async () => {
    const { repository, number } = await withPull()
    const closed = await openPull(scene.bob, repository, 'other')
    await scene.bob.patch(`${repository}/pulls/${closed.number}`, { state: 'closed' })
    const { body } = await scene.bob.get(`${repository}/pulls`)
    expect(body.map((pull: { number: number }) => pull.number)).toEqual([number])
    for (const key of ['mergeable', 'mergeable_state', 'merged', 'commits', 'additions', 'changed_files']) {
      expect(body[0]).not.toHaveProperty(key)
    }
  })

  test('G058 a head without owner is no filter at all', async () => {
    const { repository } = await withPull()
    await openPull(scene.bob, repository, 'other')
    const count = async (head: string) => (await scene.bob.get(`${repository}/pulls?head=${head}`)).body.length
    expect([await count('topic'), await count('acme:topic'), await count('acme:nothing')]).toEqual([2, 1, 0])
  })

  test('G059 base.sha is the tip of the day it was opened, not the live one', async () => {
    const { repository, path } = await withPull()
    const before = (await scene.bob.get(path)).body.base.sha
    await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    expect((await scene.bob.get(path)).body.base.sha).toBe(before)
    expect(await tipOf(scene.bob, repository, 'main')).not.toBe(before)
  })

  test('a head that merged its base shows only its own change', async () => {
    const { repository, path } = await withPull()
    const tip = await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    const { status } = await scene.bob.post(`${repository}/merges`, { base: 'topic', head: 'main' })
    expect(status).toBe(201)
    const { body } = await scene.bob.get(path)
    expect(body).toMatchObject({ changed_files: 1, base: { sha: tip } })
    expect((await scene.bob.get(`${path}/files`)).body).toHaveLength(1)
  })

  test('G060 right after a push a read may still show the old head', async () => {
    const { repository, path } = await withPull()
    const old = await tipOf(scene.bob, repository, 'topic')
    scene.github.switches.lag.head = 1
    const fresh = await commitFile(scene.bob, repository, 'topic', { path: 'more', content: 'x' })
    scene.github.switches.lag.head = 0
    expect((await scene.bob.get(path)).body.head.sha).toBe(old)
    expect((await scene.bob.get(path)).body.head.sha).toBe(fresh)
  })

  test('G061 files come by pages of 30, binaries without a patch, renames with the old name', async () => {
    const many = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`many/${index}`, `${index}\n`]))
    const repository = await scene.repository({
      from: [{ message: 'Begin', files: { 'old.txt': 'a\nb\nc\nd\n', 'b.bin': Buffer.from([0, 1, 2]), ...many } }],
    })
    const tree = [
      { path: 'old.txt', mode: '100644', type: 'blob', sha: null },
      { path: 'new.txt', mode: '100644', type: 'blob', content: 'a\nb\nc\nd\n' },
      { path: 'b.bin', mode: '100644', type: 'blob', content: '\u0000changed' },
      ...Object.keys(many).map((path) => ({ path, mode: '100644', type: 'blob', content: 'changed\n' })),
    ]
    const main = await cutBranch(scene.bob, repository, 'topic')
    const { body: written } = await scene.bob.post(`${repository}/git/trees`, { base_tree: main, tree })
    const commit = { message: 'x', tree: written.sha, parents: [main] }
    const { body: made } = await scene.bob.post(`${repository}/git/commits`, commit)
    await force(scene.bob, repository, 'topic', made.sha)
    const { body: pull } = await scene.bob.post(`${repository}/pulls`, { title: 'x', head: 'topic', base: 'main' })
    const first = await scene.bob.get(`${repository}/pulls/${pull.number}/files`)
    expect(first.body).toHaveLength(30)
    expect(first.headers.get('link')).toContain('rel="next"')
    const { body: files } = await scene.bob.get(`${repository}/pulls/${pull.number}/files?per_page=100`)
    const file = (name: string) => files.find((one: { filename: string }) => one.filename === name)
    expect(file('b.bin')).not.toHaveProperty('patch')
    expect(file('new.txt')).toMatchObject({ status: 'renamed', previous_filename: 'old.txt' })
    expect(file('many/3')).toMatchObject({ status: 'modified', patch: '@@ -1 +1 @@\n-3\n+changed', changes: 2 })
    expect(files).toHaveLength(34)
  })

  test('G063 a comparison counts both directions and lists files', async () => {
    const { repository } = await withPull()
    await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    const { body } = await scene.bob.get(`${repository}/compare/main...topic`)
    expect(body).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1, total_commits: 1 })
    expect(body.files.map((file: { filename: string }) => file.filename)).toEqual(['topic.txt'])
    expect((await scene.bob.get(`${repository}/compare/main...topic?page=2`)).body.files).toEqual([])
  })

  test('the diff media type answers the difference itself', async () => {
    const { path } = await withPull()
    const { body } = await scene.bob.get(path, { accept: 'application/vnd.github.v3.diff' })
    expect(body).toMatch(/^diff --git a\/topic\.txt b\/topic\.txt\n/)
  })
})

describe('closing, reopening and what pushes do', () => {
  const close = (path: string) => scene.bob.patch(path, { state: 'closed' })
  const reopen = (path: string) => scene.bob.patch(path, { state: 'open' })

  /** A branch of its own root commit. */
  async function orphan(repository: string): Promise<string> {
    const { body: tree } = await scene.bob.post(`${repository}/git/trees`, {
      tree: [{ path: 'x', mode: '100644', type: 'blob', content: 'alone\n' }],
    })
    return (await scene.bob.post(`${repository}/git/commits`, { message: 'x', tree: tree.sha, parents: [] })).body.sha
  }

  test('G064 after a force-push it cannot be reopened', async () => {
    const { repository, path } = await withPull()
    await close(path)
    await force(scene.bob, repository, 'topic', await orphan(repository))
    const { status, body } = await reopen(path)
    expect([status, body.errors[0].message]).toEqual([
      422,
      'state cannot be changed. The topic branch was force-pushed or recreated.',
    ])
  })

  test('G064 nor with nothing left to merge', async () => {
    const { repository, path } = await withPull()
    await close(path)
    await scene.ann.patch(`${repository}/git/refs/heads/main`, { sha: await tipOf(scene.bob, repository, 'topic') })
    const { status, body } = await reopen(path)
    expect([status, body.errors[0].message]).toMatchObject([
      422,
      expect.stringContaining('There are no new commits between'),
    ])
  })

  test('G065 while closed its head stays; reopening takes what grew from it', async () => {
    const { repository, path } = await withPull()
    await close(path)
    const frozen = await tipOf(scene.bob, repository, 'topic')
    const fresh = await commitFile(scene.bob, repository, 'topic', { path: 'more', content: 'x' })
    expect((await scene.bob.get(path)).body.head.sha).toBe(frozen)
    expect((await reopen(path)).body).toMatchObject({ state: 'open', head: { sha: fresh } })
  })

  test('G066 a closed one keeps its base', async () => {
    const { repository, path } = await withPull()
    await cutBranch(scene.bob, repository, 'other')
    await close(path)
    const { status, body } = await scene.bob.patch(path, { base: 'other' })
    expect([status, body.message]).toEqual([422, 'Cannot change the base branch of a closed pull request.'])
  })

  test('G067 deleting the base through the API closes it', async () => {
    const repository = await scene.repository()
    await cutBranch(scene.bob, repository, 'base')
    const { number } = await openPull(scene.bob, repository, 'topic', { base: 'base' })
    await scene.bob.delete(`${repository}/git/refs/heads/base`)
    const { body } = await scene.bob.get(`${repository}/pulls/${number}`)
    expect(body).toMatchObject({ state: 'closed', merged: false, base: { ref: 'base' } })
  })

  test('G068 a head forced onto the base closes it for good', async () => {
    const { repository, path } = await withPull()
    await force(scene.bob, repository, 'topic', await tipOf(scene.bob, repository, 'main'))
    expect((await scene.bob.get(path)).body).toMatchObject({ state: 'closed', merged: false })
    expect((await reopen(path)).status).toBe(422)
  })

  test('G069 a base that comes to contain the head marks it merged without a merge call', async () => {
    const { repository, path } = await withPull()
    await scene.ann.patch(`${repository}/git/refs/heads/main`, { sha: await tipOf(scene.bob, repository, 'topic') })
    expect((await scene.bob.get(path)).body).toMatchObject({ state: 'closed', merged: true })
    expect((await reopen(path)).status).toBe(422)
  })

  test('G070 deleting the head branch closes it unmerged', async () => {
    const { repository, path } = await withPull()
    await scene.bob.delete(`${repository}/git/refs/heads/topic`)
    expect((await scene.bob.get(path)).body).toMatchObject({ state: 'closed', merged: false })
  })

  test('G071 a new base is told with the old one, and mergeability begins anew', async () => {
    const { repository, path, number } = await withPull()
    await cutBranch(scene.bob, repository, 'other')
    await settled(scene.bob, repository, number)
    const { body } = await scene.bob.patch(path, { base: 'other' })
    expect(body).toMatchObject({ base: { ref: 'other' }, mergeable: null })
    const { payload } = await scene.webhooks.waitFor('pull_request.edited', (event) => event.changes.base !== undefined)
    expect(payload.changes.base).toEqual({
      ref: { from: 'main' },
      sha: { from: await tipOf(scene.bob, repository, 'main') },
    })
  })

  test('G073 one name that cannot review refuses the whole request', async () => {
    const { path } = await withPull()
    const ask = (...reviewers: string[]) => scene.bob.post(`${path}/requested_reviewers`, { reviewers })
    expect((await ask('ann', 'bob')).body.message).toBe('Review cannot be requested from pull request author.')
    expect((await ask('ann', 'eve')).status).toBe(422)
    expect((await scene.bob.get(path)).body.requested_reviewers).toEqual([])
    expect((await ask('ann')).status).toBe(201)
  })

  test('G074 update-branch brings the base in, and only for the head it was asked for', async () => {
    const { repository, path } = await withPull()
    expect((await scene.bob.put(`${path}/update-branch`, {})).status).toBe(422)
    await commitFile(scene.ann, repository, 'main', { path: 'base', content: 'x' })
    expect((await scene.bob.put(`${path}/update-branch`, { expected_head_sha: '0'.repeat(40) })).status).toBe(422)
    expect((await scene.bob.put(`${path}/update-branch`, {})).status).toBe(202)
    expect((await scene.bob.get(`${repository}/compare/main...topic`)).body.behind_by).toBe(0)
  })
})
