import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { commitFile, openPull, openScene, type Scene, tipOf, userGit } from '../../support/local-github.ts'

let scene: Scene
let work: string
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'clone-'))
})
afterEach(() => rm(work, { recursive: true, force: true }))

/** `user:token@` goes into the address, as people do it. */
function address(repository: string, credential = ''): string {
  return `${scene.github.url.replace('://', `://${credential}`)}/${repository.slice('/repos/'.length)}.git`
}
const annsAddress = (repository: string): string => address(repository, `ann:${scene.tokens.ann}@`)

/** A clone with one commit on `branch` that is not pushed yet. */
async function cloneWithCommit(url: string, branch: string, path = 'file'): Promise<void> {
  await userGit(work, 'clone', '--quiet', url, '.')
  await userGit(work, 'checkout', '--quiet', '-B', branch)
  await mkdir(join(work, dirname(path)), { recursive: true })
  await writeFile(join(work, path), `${branch}\n`)
  await userGit(work, 'add', '--all')
  await userGit(work, 'commit', '--quiet', '--message', `Work on ${branch}`)
}

describe('who may', () => {
  test('anybody clones a public repository; a private one takes a token that may read it', async () => {
    const open = await scene.repository()
    const secret = await scene.repository({ private: true })
    const clone = async (url: string, into: string) => !(await userGit(work, 'clone', '--quiet', url, into)).failed
    expect(await clone(address(open), 'a')).toBe(true)
    expect(await clone(address(secret), 'b')).toBe(false)
    expect(await clone(address(secret, `eve:${scene.tokens.eve}@`), 'c')).toBe(false)
    expect(await clone(address(secret, `rita:${scene.tokens.rita}@`), 'd')).toBe(true)
  })

  test('an installation token is the password of x-access-token, and needs contents', async () => {
    const secret = await scene.repository({ private: true })
    const clone = async (narrowed: object, into: string) => {
      const token = (await scene.robot(narrowed)).authorization?.slice('Bearer '.length)
      return !(await userGit(work, 'clone', '--quiet', address(secret, `x-access-token:${token}@`), into)).failed
    }
    expect(await clone({ permissions: { contents: 'read' } }, 'a')).toBe(true)
    expect(await clone({ permissions: { checks: 'read' } }, 'b')).toBe(false)
  })

  test('pushing takes write access', async () => {
    const repository = await scene.repository()
    await cloneWithCommit(address(repository, `rita:${scene.tokens.rita}@`), 'topic')
    const { out, failed } = await userGit(work, 'push', 'origin', 'topic')
    expect([failed, out]).toEqual([true, expect.stringContaining('403')])
    expect((await userGit(work, 'push', annsAddress(repository), 'topic')).failed).toBe(false)
  })

  test('partial clones and single commits by id work', async () => {
    const repository = await scene.repository()
    const sha = await tipOf(scene.ann, repository, 'main')
    const partial = await userGit(
      work,
      'clone',
      '--quiet',
      '--filter=blob:none',
      '--bare',
      address(repository),
      'partial',
    )
    expect(partial.failed).toBe(false)
    await userGit(work, 'init', '--quiet', 'one')
    expect((await userGit(join(work, 'one'), 'fetch', '--quiet', '--depth=1', address(repository), sha)).failed).toBe(
      false,
    )
  })
})

describe('what a push does', () => {
  test('G204 G205 a new branch, more commits, a rewrite and its end are told in GitHub’s shapes', async () => {
    const repository = await scene.repository()
    const name = repository.split('/').at(-1)
    await cloneWithCommit(annsAddress(repository), 'topic')
    await userGit(work, 'push', '--quiet', 'origin', 'topic')
    const first = (await userGit(work, 'rev-parse', 'HEAD')).out.trim()
    const push = (fits: (payload: { after: string; forced: boolean; deleted: boolean }) => boolean) =>
      scene.webhooks.waitFor('push', (event) => event.repository.name === name && fits(event))
    const { payload: created } = await push((event) => event.after === first)
    expect(created).toMatchObject({
      ref: 'refs/heads/topic',
      before: '0'.repeat(40),
      created: true,
      deleted: false,
      forced: false,
      commits: [{ id: first, added: ['file'], author: { email: 'u@example.com' } }],
      head_commit: { id: first },
      pusher: { name: 'ann' },
    })
    expect(created.repository.pushed_at).toEqual(expect.any(Number))
    const mine = (event: { repository: { name: string } }) => event.repository.name === name
    const { payload: create } = await scene.webhooks.waitFor('create', mine)
    expect(create).toMatchObject({ ref: 'topic', ref_type: 'branch', master_branch: 'main', pusher_type: 'user' })

    await scene.bob.post(`${repository}/pulls`, { title: 'x', head: 'topic', base: 'main' })
    await userGit(work, 'commit', '--quiet', '--amend', '--message', 'Rewritten')
    await userGit(work, 'push', '--quiet', '--force', 'origin', 'topic')
    const second = (await userGit(work, 'rev-parse', 'HEAD')).out.trim()
    expect((await push((event) => event.after === second)).payload).toMatchObject({ before: first, forced: true })
    const { payload: synchronize } = await scene.webhooks.waitFor('pull_request.synchronize', mine)
    expect(synchronize).toMatchObject({
      before: first,
      after: second,
      pull_request: { head: { sha: second }, mergeable: null },
    })

    await userGit(work, 'push', '--quiet', 'origin', ':topic')
    const { payload: deleted } = await push((event) => event.deleted)
    expect(deleted).toMatchObject({ before: second, after: '0'.repeat(40), head_commit: null, commits: [] })
    const { payload: gone } = await scene.webhooks.waitFor('delete', mine)
    expect(gone).toMatchObject({ ref: 'topic', ref_type: 'branch' })
  })

  test('G053 refs/pull cannot be pushed', async () => {
    const repository = await scene.repository()
    await openPull(scene.bob, repository, 'topic')
    await cloneWithCommit(annsAddress(repository), 'other')
    const { failed, out } = await userGit(work, 'push', 'origin', 'HEAD:refs/pull/1/head')
    expect([failed, out]).toEqual([true, expect.stringContaining('deny updating a hidden ref')])
  })

  test('G069 a push of the base that contains a head merges its pull request', async () => {
    const repository = await scene.repository()
    const { number } = await openPull(scene.bob, repository, 'topic')
    await userGit(work, 'clone', '--quiet', annsAddress(repository), '.')
    await userGit(work, 'merge', '--quiet', '--no-ff', '--no-edit', 'origin/topic')
    await userGit(work, 'push', '--quiet', 'origin', 'main')
    expect((await scene.bob.get(`${repository}/pulls/${number}`)).body).toMatchObject({ state: 'closed', merged: true })
  })

  test('more than three tags in one push bring no events (G203)', async () => {
    const repository = await scene.repository()
    const name = repository.split('/').at(-1)
    await userGit(work, 'clone', '--quiet', annsAddress(repository), '.')
    for (const tag of ['a', 'b', 'c', 'd']) await userGit(work, 'tag', tag)
    await userGit(work, 'push', '--quiet', 'origin', '--tags')
    await userGit(work, 'tag', 'e')
    await userGit(work, 'push', '--quiet', 'origin', 'e')
    await scene.webhooks.waitFor('create', (event) => event.repository.name === name && event.ref === 'e')
    expect(scene.webhooks.all('create').filter((one) => one.payload.repository.name === name)).toHaveLength(1)
  })
})

describe('what a push may not', () => {
  const rules = (...types: string[]) => [
    {
      name: 'main',
      enforcement: 'active' as const,
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: types.map((type) => ({ type })),
    },
  ]

  test('G110 past a ruleset it is rejected with GH013; other branches of the same push land', async () => {
    const repository = await scene.repository({ rulesets: rules('pull_request') })
    await cloneWithCommit(annsAddress(repository), 'main')
    const { failed, out } = await userGit(work, 'push', 'origin', 'main', 'HEAD:refs/heads/topic')
    expect([failed, out]).toEqual([
      true,
      expect.stringContaining('GH013: Repository rule violations found for refs/heads/main'),
    ])
    expect((await scene.ann.get(`${repository}/git/ref/heads/topic`)).status).toBe(200)
    expect((await scene.ann.get(`${repository}/contents/file`)).status).toBe(404)
  })

  test('G110 a rule against force pushes stops only those', async () => {
    const repository = await scene.repository({ rulesets: rules('non_fast_forward') })
    await cloneWithCommit(annsAddress(repository), 'main')
    expect((await userGit(work, 'push', 'origin', 'main')).failed).toBe(false)
    await userGit(work, 'commit', '--quiet', '--amend', '--message', 'Rewritten')
    const { failed, out } = await userGit(work, 'push', '--force', 'origin', 'main')
    expect([failed, out]).toEqual([true, expect.stringContaining('Cannot force-push to this branch')])
  })

  test('G042 workflows by an App without the permission', async () => {
    const repository = await scene.repository()
    const token = (await scene.robot()).authorization?.slice('Bearer '.length)
    await cloneWithCommit(address(repository, `x-access-token:${token}@`), 'topic', '.github/workflows/ci.yml')
    const { failed, out } = await userGit(work, 'push', 'origin', 'topic')
    expect([failed, out]).toEqual([true, expect.stringContaining('refusing to allow a GitHub App')])
    expect((await userGit(work, 'push', annsAddress(repository), 'topic')).failed).toBe(false)
  })

  test('the default branch cannot be deleted, an archived repository not written', async () => {
    const repository = await scene.repository()
    await cloneWithCommit(annsAddress(repository), 'topic')
    expect((await userGit(work, 'push', 'origin', ':main')).failed).toBe(true)
    await scene.ann.patch(repository, { archived: true })
    expect((await userGit(work, 'push', 'origin', 'topic')).failed).toBe(true)
    expect((await userGit(work, 'fetch', 'origin')).failed).toBe(false)
  })

  test('concurrent writers through git and REST lose nothing', async () => {
    const repository = await scene.repository()
    await cloneWithCommit(annsAddress(repository), 'one')
    const [push] = await Promise.all([
      userGit(work, 'push', 'origin', 'one'),
      commitFile(scene.bob, repository, 'two', { path: 'x', content: 'x' }),
      commitFile(scene.ann, repository, 'three', { path: 'x', content: 'x' }),
    ])
    expect(push.failed).toBe(false)
    const { body } = await scene.ann.get(`${repository}/branches`)
    expect(body.map((branch: { name: string }) => branch.name)).toEqual(['main', 'one', 'three', 'two'])
  })
})
