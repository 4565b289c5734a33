import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts'
import { resolveRevision } from '../../../src/adapters/git/resolve-revision.ts'
import type { LockstepError } from '../../../src/model/errors.ts'
import type { Tree } from '../../../src/model/tree.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../../support/git-repository.ts'

let scratch: ReturnType<typeof temporaryDirectory>
let clone: TestRepository

beforeEach(() => {
  scratch = temporaryDirectory()
  clone = createRepository(join(scratch.path, 'clone'))
})
afterEach(() => scratch.remove())

const refusal = (work: Promise<unknown>): Promise<LockstepError> =>
  work.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error) => error,
  )
const contents = async (tree: Tree) => {
  const entries = await tree.entries()
  const files = await tree.read([...entries.keys()])
  return Object.fromEntries([...entries.keys()].map((path) => [path, files.get(path)?.toString()]))
}

describe('the work tree', () => {
  test('holds what is on disk: edits, new files, no deleted and no ignored ones', async () => {
    clone.commit('first', { '.gitignore': '*.log\n', same: '1', edited: '1', deleted: '1', staged: '1' })
    clone.write({ edited: '2', new: 'n', 'dir/new': 'n', 'x.log': 'log', deleted: null, staged: '2' })
    clone.git('add', 'staged')
    const { workTree } = await openLocalRepository(clone.path)
    expect(await contents(await workTree())).toEqual({
      '.gitignore': '*.log\n',
      same: '1',
      edited: '2',
      new: 'n',
      'dir/new': 'n',
      staged: '2',
    })
  })

  test('is the committed tree, blob for blob, when nothing is changed', async () => {
    const commit = clone.commit('first', { a: '1', run: { executable: 'x' }, link: { link: 'a' }, 'd/b': '2' })
    const { workTree, mirror } = await openLocalRepository(clone.path)
    const [onDisk, committed] = [await workTree(), await mirror.tree(commit)]
    expect([...(await onDisk.entries())].sort()).toEqual([...(await committed.entries())].sort())
    expect(await contents(onDisk)).toEqual(await contents(committed))
  })

  test('keeps links as links and reads nothing behind them', async () => {
    writeFileSync(join(scratch.path, 'outside'), 'canary')
    mkdirSync(join(scratch.path, 'elsewhere'))
    writeFileSync(join(scratch.path, 'elsewhere', 'file'), 'canary')
    clone.commit('first', { 'dir/file': 'inside', file: 'inside' })
    rmSync(join(clone.path, 'dir'), { recursive: true })
    rmSync(join(clone.path, 'file'))
    symlinkSync('../elsewhere', join(clone.path, 'dir'))
    symlinkSync('../outside', join(clone.path, 'file'))
    const tree = await (await openLocalRepository(clone.path)).workTree()
    expect((await tree.entries()).get('dir')?.mode).toBe('120000')
    expect(await contents(tree)).toEqual({ dir: '../elsewhere', file: '../outside' })
  })

  test('does not wait for pipes and passes by repositories inside it', async () => {
    clone.commit('first', { pipe: '1' })
    rmSync(join(clone.path, 'pipe'))
    execFileSync('mkfifo', [join(clone.path, 'pipe')])
    createRepository(join(clone.path, 'inner')).commit('inner', { a: '1' })
    expect(await contents(await (await openLocalRepository(clone.path)).workTree())).toEqual({})
  })

  test('has the files that a sparse checkout leaves out', async () => {
    clone.commit('first', { 'a/x': '1', 'b/x': '2' })
    clone.git('sparse-checkout', 'set', 'a')
    expect(await contents(await (await openLocalRepository(clone.path)).workTree())).toEqual({ 'a/x': '1', 'b/x': '2' })
  })

  test('has another id after any edit', async () => {
    clone.commit('first', { a: '1' })
    const { workTree } = await openLocalRepository(clone.path)
    const before = await workTree()
    clone.write({ a: '2' })
    expect((await workTree()).id).not.toBe(before.id)
    clone.write({ a: '1' })
    expect((await workTree()).id).toBe(before.id)
  })

  test('of a linked work tree and of a directory below the root', async () => {
    clone.commit('first', { 'sub/a': '1' })
    clone.git('worktree', 'add', '--quiet', '../linked', '-b', 'linked')
    const linked = await openLocalRepository(join(scratch.path, 'linked', 'sub'))
    expect(linked.root).toBe(join(scratch.path, 'linked'))
    expect(await contents(await linked.workTree())).toEqual({ 'sub/a': '1' })
  })
})

describe('its commits', () => {
  test('are found by everything a person types', async () => {
    const first = clone.commit('first', { a: '1' })
    const second = clone.commit('second', { a: '2' })
    clone.git('tag', '--annotate', '--message=one', 'v1', first)
    clone.git('update-ref', 'refs/remotes/origin/main', first)
    const { mirror } = await openLocalRepository(clone.path)
    for (const ref of ['HEAD', 'main', 'refs/heads/main', second, second.slice(0, 8)]) {
      expect(await mirror.resolve(ref)).toBe(second)
    }
    for (const ref of ['HEAD~1', 'main^', 'v1', 'origin/main', 'HEAD~']) expect(await mirror.resolve(ref)).toBe(first)
    expect(await mirror.resolve('HEAD~7')).toBeUndefined()
  })

  test('an unknown one names the nearest branch', async () => {
    clone.commit('first', { a: '1' })
    const { mirror } = await openLocalRepository(clone.path)
    const error = await refusal(resolveRevision(mirror, 'mains'))
    expect(error.message).toContain('"main"')
  })

  test('configuration of the clone that would run commands is not obeyed', async () => {
    const pwned = join(scratch.path, 'pwned')
    clone.commit('first', { a: '1' })
    clone.git('config', 'core.fsmonitor', `touch ${pwned}`)
    clone.git('config', 'log.showSignature', 'true')
    clone.git('config', 'gpg.program', `touch ${pwned}`)
    const { mirror, workTree } = await openLocalRepository(clone.path)
    await workTree()
    await mirror.log((await mirror.resolve('HEAD')) as string)
    expect(() => execFileSync('ls', [pwned], { stdio: 'pipe' })).toThrow()
  })
})

describe('what is no clone says so', () => {
  test.each(['.', 'missing', 'clone/.git'])('%s', async (name) => {
    const error = await refusal(openLocalRepository(join(scratch.path, name)))
    expect(error.code).toBe('GIT_NOT_A_REPOSITORY')
    expect(error.kind).toBe('usage')
    expect(error.message).toContain('--repo')
  })

  test('a bare repository has commits, but no work tree', async () => {
    const commit = clone.commit('first', { a: '1' })
    clone.git('clone', '--quiet', '--bare', '.', '../bare.git')
    const bare = await openLocalRepository(join(scratch.path, 'bare.git'))
    expect(await bare.mirror.resolve('HEAD')).toBe(commit)
    expect((await refusal(bare.workTree())).code).toBe('GIT_NO_WORK_TREE')
  })
})

describe('git itself', () => {
  const withPath = async <T>(path: string, work: () => Promise<T>) => {
    const before = process.env.PATH
    process.env.PATH = path
    try {
      return await work()
    } finally {
      process.env.PATH = before
    }
  }

  test('missing', async () => {
    const error = await withPath(scratch.path, () => refusal(openLocalRepository(clone.path)))
    expect(error.code).toBe('GIT_MISSING')
    expect(error.kind).toBe('unreachable')
  })

  test('too old', async () => {
    clone.write({ '../bin/git': { executable: '#!/bin/sh\necho git version 2.37.9\n' } })
    const error = await withPath(join(scratch.path, 'bin'), () => refusal(openLocalRepository(clone.path)))
    expect(error.code).toBe('GIT_TOO_OLD')
    expect(error.message).toContain('2.37.9')
  })
})
