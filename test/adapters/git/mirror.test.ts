import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openMirror } from '../../../src/adapters/git/mirror.ts'
import { resolveRevision } from '../../../src/adapters/git/resolve-revision.ts'
import type { LockstepError } from '../../../src/model/errors.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../../support/git-repository.ts'

let scratch: ReturnType<typeof temporaryDirectory>
let origin: TestRepository
let directory: string

beforeEach(() => {
  scratch = temporaryDirectory()
  origin = createRepository(join(scratch.path, 'origin'))
  directory = join(scratch.path, 'mirrors', 'origin.git')
})
afterEach(() => scratch.remove())

const open = () => openMirror({ directory, url: origin.path, allowFile: true })
const refusal = (work: Promise<unknown>): Promise<LockstepError> =>
  work.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error) => error,
  )

describe('a mirror reads what the repository holds', () => {
  test('branches and pull-request heads, and follows them', async () => {
    const first = origin.commit('first', { a: '1' })
    const mirror = await open()
    expect(await mirror.resolve('main')).toBe(first)

    const second = origin.commit('second', { a: '2' })
    origin.git('update-ref', 'refs/pull/7/head', second)
    origin.git('branch', 'feature/x')
    expect(await mirror.resolve('main')).toBe(first)
    await mirror.fetch()
    expect(await mirror.resolve('main')).toBe(second)
    expect(await mirror.resolve('refs/pull/7/head')).toBe(second)
    expect(await mirror.branches()).toEqual(['feature/x', 'main'])

    origin.git('branch', '-D', 'feature/x')
    origin.git('branch', 'feature')
    await mirror.fetch()
    expect(await mirror.branches()).toEqual(['feature', 'main'])
  })

  test('tags, which are followed when they move or go, and are no branches', async () => {
    const first = origin.commit('first', { a: '1' })
    origin.git('tag', 'v1')
    origin.git('tag', '--annotate', '--message=two', 'release/2')
    const mirror = await open()
    expect((await mirror.tags()).sort()).toEqual(['release/2', 'v1'])
    expect(await mirror.resolve('refs/tags/v1')).toBe(first)
    expect(await mirror.resolve('refs/tags/release/2')).toBe(first)
    expect(await mirror.resolve('v1')).toBeUndefined()

    const second = origin.commit('second', { a: '2' })
    origin.git('tag', '--force', 'v1')
    origin.git('tag', '--delete', 'release/2')
    await mirror.fetch()
    expect(await mirror.tags()).toEqual(['v1'])
    expect(await mirror.resolve('refs/tags/v1')).toBe(second)
  })

  test('a force push, and commits by their id, whole or as people shorten it', async () => {
    const gone = origin.commit('gone', { a: '1' })
    const mirror = await open()
    origin.git('commit', '--amend', '--quiet', '--message=rewritten')
    await mirror.fetch()
    expect(await mirror.resolve('main')).toBe(origin.git('rev-parse', 'HEAD'))
    expect(await mirror.resolve(gone)).toBe(gone)
    expect(await mirror.resolve(gone.slice(0, 12))).toBe(gone)
    expect(await mirror.resolve(gone.slice(0, 6))).toBeUndefined()
    expect(await mirror.resolve('0'.repeat(40))).toBeUndefined()
  })

  test('files with their modes and bytes, whatever they are called', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 0, 10])
    const commit = origin.commit('files', {
      'plain.yaml': 'a: 1\n',
      'bin/run': { executable: '#!/bin/sh\n' },
      link: { link: '../outside' },
      empty: '',
      'sub dir/with "quotes"\tand\nnewline': 'odd',
      'ünïcode/日本.yaml': bytes,
      '-dash/file': 'dash',
      same: 'a: 1\n',
    })
    const tree = await (await open()).tree(commit)
    const entries = await tree.entries()
    expect(entries.get('bin/run')?.mode).toBe('100755')
    expect(entries.get('link')?.mode).toBe('120000')
    expect(entries.get('plain.yaml')?.mode).toBe('100644')
    expect(entries.get('plain.yaml')?.id).toBe(entries.get('same')?.id)
    const contents = await tree.read([...entries.keys(), 'missing', 'sub dir'])
    expect(contents.size).toBe(entries.size)
    expect(contents.get('ünïcode/日本.yaml')).toEqual(bytes)
    expect(contents.get('link')?.toString()).toBe('../outside')
    expect(contents.get('empty')?.toString()).toBe('')
    expect(contents.get('sub dir/with "quotes"\tand\nnewline')?.toString()).toBe('odd')
  })

  test('submodules are entries without content', async () => {
    const commit = origin.commit('first', { a: '1' })
    origin.git('update-index', '--add', '--cacheinfo', `160000,${commit},vendored`)
    origin.git('commit', '--quiet', '--message=submodule')
    const tree = await (await open()).tree(origin.git('rev-parse', 'HEAD'))
    expect((await tree.entries()).get('vendored')?.mode).toBe('160000')
    expect([...(await tree.read(['a', 'vendored'])).keys()]).toEqual(['a'])
  })

  test('the history of first parents, of a path, and of one commit', async () => {
    const first = origin.commit('first\n\nwith a body\n\nLockstep-App: checkout', { 'apps/a': '1' })
    origin.git('checkout', '--quiet', '-b', 'side')
    origin.commit('on the side', { 'apps/b': '1' })
    origin.git('checkout', '--quiet', 'main')
    const second = origin.commit('second', { other: '1' })
    origin.git('merge', '--quiet', '--no-ff', '--message=merge side', 'side')
    const mirror = await open()
    const tip = (await mirror.resolve('main')) as string
    expect((await mirror.log(tip)).map((commit) => commit.subject)).toEqual(['merge side', 'second', 'first'])
    expect((await mirror.log(tip, { path: 'apps' })).map((commit) => commit.subject)).toEqual(['merge side', 'first'])
    expect(await mirror.log(tip, { limit: 1 })).toHaveLength(1)
    expect((await mirror.commit(tip)).parents).toEqual([second, origin.git('rev-parse', 'side')])
    expect(await mirror.commit(first)).toEqual({
      sha: first,
      tree: origin.git('rev-parse', `${first}^{tree}`),
      parents: [],
      subject: 'first',
      message: 'first\n\nwith a body\n\nLockstep-App: checkout',
      author: 'Ada Example <ada@example.com>',
      committedAt: '2026-01-02T02:04:05.000Z',
    })
    expect(await mirror.isAncestor(first, tip)).toBe(true)
    expect(await mirror.isAncestor(tip, first)).toBe(false)
  })

  test('a path in the log is a name, not a pattern', async () => {
    const commit = origin.commit('first', { 'a*/x': '1', 'ab/x': '1' })
    origin.commit('second', { 'ab/x': '2' })
    const mirror = await open()
    const log = await mirror.log((await mirror.resolve('main')) as string, { path: 'a*' })
    expect(log.map((entry) => entry.sha)).toEqual([commit])
  })
})

describe('a merge is computed without a work tree', () => {
  const branchOff = (files: Record<string, string>, mainFiles: Record<string, string>) => {
    origin.commit('start', { 'a.yaml': 'one\n', 'b.yaml': 'one\n' })
    origin.git('checkout', '--quiet', '-b', 'change')
    const head = origin.commit('change', files)
    origin.git('checkout', '--quiet', 'main')
    return { base: origin.commit('main moves', mainFiles), head }
  }

  test('the tree holds both sides', async () => {
    const { base, head } = branchOff({ 'a.yaml': 'two\n' }, { 'b.yaml': 'two\n' })
    const merged = await (await open()).merge(base, head)
    if (!('tree' in merged)) throw new Error('conflict')
    const files = await merged.tree.read(['a.yaml', 'b.yaml'])
    expect([...files.values()].map(String)).toEqual(['two\n', 'two\n'])
    expect(merged.tree.id).toMatch(/^[\da-f]{40}$/)
  })

  test('conflicts name their files', async () => {
    const { base, head } = branchOff({ 'a.yaml': 'two\n', 'b.yaml': 'x\n' }, { 'a.yaml': 'three\n', 'b.yaml': 'y\n' })
    expect(await (await open()).merge(base, head)).toEqual({ conflicts: ['a.yaml', 'b.yaml'] })
  })

  test('unrelated histories are refused', async () => {
    const base = origin.commit('one', { a: '1' })
    origin.git('checkout', '--quiet', '--orphan', 'other')
    const head = origin.commit('two', { b: '1' })
    expect((await refusal((await open()).merge(base, head))).code).toBe('GIT_UNRELATED_HISTORIES')
  })
})

describe('what does not exist says so', () => {
  test.each(['commit', 'tree', 'log'] as const)('%s of an unknown commit', async (method) => {
    origin.commit('first', { a: '1' })
    const mirror = await open()
    for (const id of ['1'.repeat(40), 'main', '--all', '']) {
      expect((await refusal(mirror[method](id))).code).toBe('GIT_COMMIT_UNKNOWN')
    }
  })

  test('an unknown branch names its neighbour', async () => {
    origin.commit('first', { a: '1' })
    const error = await refusal(resolveRevision(await open(), 'mian'))
    expect(error.code).toBe('GIT_REF_UNKNOWN')
    expect(error.problems[0]?.remedy).toContain('"main"')
  })

  test.each([
    '--upload-pack=touch pwned',
    '-x',
    'main\n--all',
    'a..b',
    'main@{1}',
    ':/text',
    'a b',
    'HEAD^{/x}',
    '$(touch pwned)',
    'x.lock',
    '../etc',
    'a\0b',
    'main:a',
    'x'.repeat(300),
  ])('%j is no ref', async (ref) => {
    origin.commit('first', { a: '1' })
    expect(await (await open()).resolve(ref)).toBeUndefined()
  })
})

describe('a mirror on disk', () => {
  test('is shared by two that open and fetch it at the same moment', async () => {
    const commit = origin.commit('first', { a: '1' })
    const mirrors = await Promise.all([open(), open(), open()])
    await Promise.all(mirrors.flatMap((mirror) => [mirror.fetch(), mirror.fetch()]))
    for (const mirror of mirrors) expect(await mirror.resolve('main')).toBe(commit)
    expect(readdirSync(join(scratch.path, 'mirrors'))).toEqual(['origin.git'])
  })

  test('is made again when it is damaged', async () => {
    const commit = origin.commit('first', { a: '1' })
    await open()
    writeFileSync(join(directory, 'HEAD'), '')
    expect(await (await open()).resolve('main')).toBe(commit)
  })

  test('is made again by the next fetch when objects are lost', async () => {
    const commit = origin.commit('first', { a: '1' })
    const mirror = await open()
    rmSync(join(directory, 'objects'), { recursive: true })
    await refusal(mirror.tree(commit))
    await mirror.fetch()
    expect((await (await mirror.tree(commit)).read(['a'])).get('a')?.toString()).toBe('1')
  })

  test.each([
    ['a lock left by a killed git', 'packed-refs.lock', ''],
    ['half a configuration', 'config', '[core'],
    ['an emptied ref', 'refs/heads/main', ''],
  ])('is mended by a fetch after %s', async (_case, file, content) => {
    origin.commit('first', { a: '1' })
    const mirror = await open()
    writeFileSync(join(directory, file), content)
    const second = origin.commit('second', { a: '2' })
    origin.git('branch', 'other')
    await mirror.fetch()
    expect(await mirror.resolve('main')).toBe(second)
  })

  test('is kept when only the other side fails', async () => {
    const gone = origin.commit('gone', { a: '1' })
    const mirror = await open()
    origin.git('commit', '--amend', '--quiet', '--message=rewritten')
    renameSync(origin.path, `${origin.path}-away`)
    expect((await refusal(mirror.fetch())).code).toBe('GIT_REMOTE_NOT_FOUND')
    renameSync(`${origin.path}-away`, origin.path)
    await mirror.fetch()
    expect(await mirror.resolve(gone)).toBe(gone)
  })

  test('is not there at all after a first fetch that failed', async () => {
    const error = await refusal(openMirror({ directory, url: join(scratch.path, 'nowhere'), allowFile: true }))
    expect(error.code).toBe('GIT_REMOTE_NOT_FOUND')
    expect(readdirSync(join(scratch.path, 'mirrors'))).toEqual([])
  })

  test('of an empty repository has no branches, until there is one', async () => {
    const mirror = await open()
    expect(await mirror.branches()).toEqual([])
    const commit = origin.commit('first', { a: '1' })
    await mirror.fetch()
    expect(await mirror.resolve('main')).toBe(commit)
  })

  test('runs no hooks and follows no configuration of the other side', async () => {
    origin.commit('first', {
      '.gitattributes': '* filter=evil merge=evil\n',
      '.gitmodules': '[submodule "x"]\n\tpath = x\n',
    })
    origin.write({ '.git/hooks/post-checkout': { executable: `#!/bin/sh\ntouch ${scratch.path}/pwned\n` } })
    const mirror = await open()
    await mirror.fetch()
    expect(existsSync(join(scratch.path, 'pwned'))).toBe(false)
    expect(existsSync(join(directory, 'hooks'))).toBe(false)
  })
})

describe('addresses', () => {
  test.each([
    ['file:///etc', 'protocol'],
    ['/etc', 'not a URL'],
    ['ssh://example.com/x', 'protocol'],
    ['ssh://git@example.com/x', 'credentials'],
    ['ext::sh -c touch', 'protocol'],
    ['git@example.com:x/y', 'not a URL'],
    ['https://user:hunter2@example.com/x', 'credentials'],
    ['--upload-pack=x', 'not a URL'],
  ])('%s is refused and not repeated', async (url, part) => {
    const error = await refusal(openMirror({ directory, url }))
    expect(error.code).toBe('GIT_URL_REFUSED')
    expect(error.message).toContain(part)
    expect(error.message).not.toContain('hunter2')
  })
})

describe('over HTTP', () => {
  const serve = async (status: number, headers: Record<string, string> = {}) => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(status, headers).end('no')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/r.git`
    return { url, seen, close: () => server.close() }
  }
  const access = async () => ({ authorization: 'Basic c2VjcmV0LXRva2Vu' })

  test.each([
    [401, 'GIT_ACCESS_DENIED'],
    [403, 'GIT_ACCESS_DENIED'],
    [404, 'GIT_REMOTE_NOT_FOUND'],
    [500, 'GIT_UNREACHABLE'],
  ])('answer %i is %s, and no message holds the token', async (status, code) => {
    const server = await serve(status)
    const error = await refusal(openMirror({ directory, url: server.url, access }))
    server.close()
    expect(error.code).toBe(code)
    expect(error.kind).toBe('unreachable')
    expect(server.seen).toContain('Basic c2VjcmV0LXRva2Vu')
    expect(`${error.message}${error.stack}${error.cause}`).not.toContain('c2VjcmV0')
  })

  test('the token does not follow a redirect', async () => {
    const other = await serve(404)
    const server = await serve(302, { location: `${other.url}/info/refs?service=git-upload-pack` })
    const error = await refusal(openMirror({ directory, url: server.url, access }))
    server.close()
    other.close()
    expect(error.kind).toBe('unreachable')
    expect(other.seen).toHaveLength(0)
  })

  test('a server that never answers is left at the deadline', async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/r.git`
    const error = await refusal(openMirror({ directory, url, fetchTimeoutMs: 300 }))
    server.closeAllConnections()
    server.close()
    expect(error.code).toBe('GIT_TIMEOUT')
  })
})
