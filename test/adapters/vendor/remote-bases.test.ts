import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openRemoteRepository, type RemoteLimits } from '../../../src/adapters/git/remote-snapshots.ts'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import { createVendor, type VendorOptions } from '../../../src/adapters/vendor/vendor.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import type { Renderer } from '../../../src/model/renderer.ts'
import { memoryTree, type Tree } from '../../../src/model/tree.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { type Fault, type GitServer, startGitServer } from '../../support/git-server.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, writeTree } from '../../support/kustomize.ts'

const run = promisify(execFile)

let binary: string
let server: GitServer
let data: ReturnType<typeof temporaryDirectory>
let now: Date

beforeAll(async () => {
  binary = await kustomizeForTests()
  server = await startGitServer()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => server.stop())
beforeEach(() => {
  data?.remove()
  data = temporaryDirectory()
  now = new Date('2026-03-01T10:00:00Z')
  server.fault = undefined
})
afterAll(() => data.remove())

const noCharts = { open: () => Promise.reject(new Error('no charts here')) }

function rendererWith({
  limits,
  ...options
}: Partial<VendorOptions> & { limits?: Partial<RemoteLimits> } = {}): Renderer {
  const remoteBases = [{ repository: `http://${server.host}/acme/*` }]
  const vendor = createVendor({
    remoteBases,
    charts: noCharts,
    movedTags: 'warn',
    data: data.path,
    clock: () => now,
    openRepository: (place) => openRemoteRepository({ ...place, ...(limits && { limits }) }),
    ...options,
  })
  return createKustomizeRenderer({ binary, vendor })
}

const configMap = (name: string, value = 'b') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: ${value}\n`
const prod = (...resources: string[]) =>
  memoryTree({ 'apps/web/prod/kustomization.yaml': `resources:\n${resources.map((one) => `- ${one}\n`).join('')}` })
const PROD = 'apps/web/prod'
const FILE = 'apps/web/prod/kustomization.yaml'

let names = 0
/** A repository of its own for each test, with a base `redis`. */
function createBases(files: Record<string, string> = {}) {
  const name = `acme/bases-${names++}`
  const repository = server.create(name)
  const commit = repository.commit('first', {
    'redis/kustomization.yaml': 'resources: [cm.yaml, ../shared]\n',
    'redis/cm.yaml': configMap('redis'),
    'shared/kustomization.yaml': 'resources: [cm.yaml]\n',
    'shared/cm.yaml': configMap('shared'),
    ...files,
  })
  return { name, repository, commit, address: `http://${server.host}/${name}` }
}

async function refusal(work: Promise<unknown>): Promise<LockstepError> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (reason) => reason,
  )
  if (!(error instanceof LockstepError)) throw error
  return error
}

/** What a person gets whose kustomize may use git and the network. */
async function plainBuild(tree: Tree): Promise<string> {
  const scratch = temporaryDirectory()
  try {
    await writeTree(tree, scratch.path)
    const env = { PATH: process.env.PATH ?? '', HOME: scratch.path, GIT_CONFIG_NOSYSTEM: '1' }
    return (await run(binary, ['build', `./${PROD}`], { cwd: scratch.path, env })).stdout
  } finally {
    scratch.remove()
  }
}

describe('a remote base renders to what kustomize itself makes of it', () => {
  test.each<[string, (address: string, commit: string) => string]>([
    ['by commit', (address, commit) => `${address}//redis?ref=${commit}`],
    ['by branch', (address) => `${address}//redis?ref=main`],
    ['by tag', (address) => `${address}.git/redis?ref=v1`],
    ['by the default branch', (address) => `${address}/redis`],
    ['by a full ref', (address) => `git::${address}//redis?ref=refs/tags/v1&timeout=60`],
  ])('%s', async (_, write) => {
    const { repository, address, commit } = createBases()
    repository.git('tag', '--annotate', '--message=one', 'v1')
    const tree = prod(write(address, commit))
    const render = await rendererWith().render(tree, PROD)
    expect(render.text).toBe(await plainBuild(tree))
    expect(render.resolutions).toEqual([
      {
        kind: 'base',
        reference: write(address, commit),
        file: FILE,
        line: 2,
        content: commit,
        pinned: write(address, commit).includes(commit),
      },
    ])
  })

  test('with components, further remotes, links inside, and bases of its own', async () => {
    const far = createBases({ 'redis/cm.yaml': configMap('far'), 'shared/cm.yaml': configMap('further') })
    const near = createBases({
      'redis/kustomization.yaml': `resources: [cm.yaml, ../shared, "${far.address}//redis?ref=${far.commit}"]\nnamePrefix: near-\n`,
      'component/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonLabels: {team: a}\n',
    })
    near.repository.commit('links', { linked: { link: 'redis' }, 'redis/other.yaml': { link: 'cm.yaml' } })
    const tree = memoryTree({
      [FILE]: `resources: [../base, "${near.address}//linked?ref=main"]\ncomponents: ["${near.address}//component?ref=main"]\nnameSuffix: -x\n`,
      'apps/web/base/kustomization.yaml': `bases: ["${near.address}//shared?ref=main"]\nnamePrefix: base-\n`,
    })
    const render = await rendererWith().render(tree, PROD)
    expect(render.text).toBe(await plainBuild(tree))
    expect(render.resolutions?.map(({ file, line, pinned }) => [file, line, pinned])).toEqual([
      [FILE, 1, false],
      [FILE, 2, false],
      ['apps/web/base/kustomization.yaml', 1, false],
      [FILE, 1, true],
    ])
  })
})

describe('what a reference stands for', () => {
  test('is fetched once: a full commit that is here needs no server', async () => {
    const { address, commit } = createBases()
    const tree = prod(`${address}//redis?ref=${commit}`)
    const { text } = await rendererWith().render(tree, PROD)
    server.fault = (_, response) => response.writeHead(500).end() !== undefined
    const before = server.seen.length
    expect((await rendererWith().render(tree, PROD)).text).toBe(text)
    expect(server.seen.length).toBe(before)
  })

  test('is asked again after a minute; a branch that moved is followed', async () => {
    const { address, repository, commit } = createBases()
    const renderer = rendererWith()
    const tree = prod(`${address}//redis?ref=main`)
    const contentOf = async () => (await renderer.render(tree, PROD)).resolutions?.map(({ content }) => content)
    expect(await contentOf()).toEqual([commit])
    const next = repository.commit('next', { 'redis/cm.yaml': configMap('redis', 'c') })
    now = new Date(now.getTime() + 59_000)
    expect(await contentOf()).toEqual([commit])
    now = new Date(now.getTime() + 1_000)
    expect(await contentOf()).toEqual([next])
    expect((await renderer.render(tree, PROD)).resolutions?.[0]?.movedFrom).toBeUndefined()
  })

  test('is the same commit in all of a round, however long it takes', async () => {
    const { address, repository, commit } = createBases()
    const renderer = rendererWith()
    const round = {}
    const tree = prod(`${address}//redis?ref=main`)
    const contentIn = async (options: { round?: object }) =>
      (await renderer.render(tree, PROD, options)).resolutions?.map(({ content }) => content)
    expect(await contentIn({ round })).toEqual([commit])
    const next = repository.commit('next', { 'redis/cm.yaml': configMap('redis', 'c') })
    now = new Date(now.getTime() + 600_000)
    expect(await contentIn({ round: {} })).toEqual([next])
    expect(await contentIn({ round })).toEqual([commit])
  })

  test('is remembered for a tag, also by the next process', async () => {
    const { address, repository, commit } = createBases()
    repository.git('tag', 'v1')
    const tree = prod(`${address}//redis?ref=v1`)
    await rendererWith().render(tree, PROD)
    const next = repository.commit('next', { 'redis/cm.yaml': configMap('redis', 'c') })
    repository.git('tag', '--force', 'v1')
    const [resolution] = (await rendererWith().render(tree, PROD)).resolutions ?? []
    expect(resolution).toMatchObject({ content: next, movedFrom: commit, pinned: false })
    const refused = await refusal(rendererWith({ movedTags: 'block' }).render(tree, PROD))
    expect(refused.problems).toEqual([
      expect.objectContaining({
        code: 'REMOTE_TAG_MOVED',
        file: FILE,
        line: 2,
        message: expect.stringContaining(next),
      }),
    ])
    expect(refused.message).toContain(commit)
  })
})

describe('what cannot be brought in is refused at its line', () => {
  test('because the operator has not allowed it, all such lines at once', async () => {
    const tree = prod('https://github.com/acme/a//x?ref=v1', 'https://github.com/acme/b')
    const { problems, kind } = await refusal(rendererWith().render(tree, PROD))
    expect(kind).toBe('refused')
    expect(problems.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['REMOTE_BASE_REFUSED', FILE, 2],
      ['REMOTE_BASE_REFUSED', FILE, 3],
    ])
    expect(problems[0]?.remedy).toContain('`remoteBases: [github.com/acme/a]`')
    expect(problems[1]?.remedy).toContain('`remoteBases: [github.com/acme/b]`')
  })

  test.each<[string, (bases: ReturnType<typeof createBases>) => string, string, RegExp]>([
    ['a branch', ({ address }) => `${address}//redis?ref=gone`, 'REMOTE_REF_UNKNOWN', /no branch or tag `gone`/],
    [
      'a short id',
      ({ address, commit }) => `${address}//redis?ref=${commit.slice(0, 12)}`,
      'REMOTE_REF_UNKNOWN',
      /all 40/,
    ],
    [
      'a commit',
      ({ address }) => `${address}//redis?ref=${'1'.repeat(40)}`,
      'REMOTE_REF_UNKNOWN',
      /has no commit 1{40}/,
    ],
    [
      'a file’s id',
      ({ address, repository }) => `${address}//redis?ref=${repository.git('rev-parse', 'HEAD:redis/cm.yaml')}`,
      'REMOTE_REF_UNKNOWN',
      /has no commit/,
    ],
    ['a directory', ({ address }) => `${address}//gone?ref=main`, 'OVERLAY_MISSING', /bases-\d+@.*gone/],
    ['a repository', ({ address }) => `${address}-gone//redis?ref=main`, 'REMOTE_NOT_FOUND', /no repository at http/],
  ])('because there is no such thing: %s', async (_, write, code, words) => {
    const { problems, kind, message } = await refusal(rendererWith().render(prod(write(createBases())), PROD))
    expect(problems[0]).toMatchObject({ code, file: FILE, line: 2 })
    expect(message).toMatch(words)
    expect(kind).toBe('refused')
  })

  test.each<[string, Parameters<typeof createBases>[0], { link: string } | undefined, string, RegExp]>([
    [
      'a path out of it',
      { 'redis/kustomization.yaml': 'resources:\n- ../../../etc\n' },
      undefined,
      'OVERLAY_LEAVES_REPOSITORY',
      /redis\/kustomization\.yaml:2: /,
    ],
    [
      'an absolute path',
      { 'redis/kustomization.yaml': 'resources: [/etc/passwd]\n' },
      undefined,
      'OVERLAY_LEAVES_REPOSITORY',
      /absolute/,
    ],
    ['a link out of it', {}, { link: '../../../../etc/hostname' }, 'OVERLAY_LEAVES_REPOSITORY', /redis\/cm\.yaml/],
    ['an absolute link', {}, { link: '/etc/hostname' }, 'OVERLAY_LEAVES_REPOSITORY', /redis\/cm\.yaml/],
    ['a link into git’s files', {}, { link: '../.git/config' }, 'OVERLAY_MISSING_BASE', /does not exist/],
    [
      'a plugin',
      { 'redis/kustomization.yaml': 'generators: [cm.yaml]\n' },
      undefined,
      'PLUGIN_REFUSED',
      /redis\/cm\.yaml:1/,
    ],
    [
      'a file of ours',
      { 'redis/.lockstep/cm.yaml': configMap('x'), 'redis/kustomization.yaml': 'resources: [.lockstep/cm.yaml]\n' },
      undefined,
      'RESERVED_PATH',
      /\.lockstep/,
    ],
    [
      'what nobody allowed',
      { 'redis/kustomization.yaml': 'resources: ["github.com/other/bases?ref=v1"]\n' },
      undefined,
      'REMOTE_BASE_REFUSED',
      /remoteBases: \[github\.com\/other\/bases\]/,
    ],
    ['itself', { 'redis/kustomization.yaml': 'resources: [../redis]\n' }, undefined, 'OVERLAY_CYCLE', /circle/],
  ])('because the remote repository brings %s', async (_, files, link, code, words) => {
    const { address, repository } = createBases(files)
    if (link) repository.commit('link', { 'redis/cm.yaml': link })
    const { problems, message } = await refusal(rendererWith().render(prod(`${address}//redis?ref=main`), PROD))
    expect(problems[0]).toMatchObject({ code, file: FILE, line: 2 })
    expect(problems[0]?.message).toMatch(/bases-\d+@[\da-f]{12}/)
    expect(message).toMatch(words)
  })

  test('because kustomize cannot build it, with the place in the remote repository', async () => {
    const { address } = createBases({ 'redis/cm.yaml': 'kind: [\n' })
    const { problems } = await refusal(rendererWith().render(prod(`${address}//redis?ref=main`), PROD))
    expect(problems[0]).toMatchObject({ code: 'KUSTOMIZE_FAILED', file: FILE, line: 2 })
    expect(problems[0]?.message).toMatch(/^In http:\/\/127\.0\.0\.1:\d+\/.*@[\da-f]{12}, redis\//)
    expect(problems[0]?.message).not.toContain('.lockstep')
  })

  test('because repositories refer to each other in a circle', async () => {
    const one = createBases()
    const other = createBases({ 'redis/kustomization.yaml': `resources: ["${one.address}//redis?ref=main"]\n` })
    one.repository.commit('back', { 'redis/kustomization.yaml': `resources: ["${other.address}//redis?ref=main"]\n` })
    const { problems } = await refusal(rendererWith().render(prod(`${one.address}//redis?ref=main`), PROD))
    expect(problems[0]?.code).toBe('OVERLAY_CYCLE')
  })

  test('because they go on and on', async () => {
    let { address } = createBases()
    for (let step = 0; step < 12; step++) {
      address = createBases({ 'redis/kustomization.yaml': `resources: ["${address}//redis?ref=main"]\n` }).address
    }
    const { problems } = await refusal(rendererWith().render(prod(`${address}//redis?ref=main`), PROD))
    expect(problems[0]).toMatchObject({ code: 'REMOTE_TOO_DEEP', file: FILE, line: 2 })
  })

  test('because it is too large', async () => {
    const { address, repository } = createBases()
    repository.commit('large', { 'noise.bin': randomBytes(400_000) })
    const limits = { maxBytes: 200_000 }
    const { problems } = await refusal(rendererWith({ limits }).render(prod(`${address}//redis?ref=main`), PROD))
    expect(problems[0]).toMatchObject({ code: 'REMOTE_TOO_LARGE', file: FILE, line: 2 })
  })

  test('because kustomize would write its address into annotations', async () => {
    const { address } = createBases()
    const tree = memoryTree({
      [FILE]: `buildMetadata: [originAnnotations]\nresources: ["${address}//redis?ref=main"]\n`,
    })
    expect((await refusal(rendererWith().render(tree, PROD))).problems[0]).toMatchObject({
      code: 'REMOTE_ORIGIN_ANNOTATIONS',
      file: FILE,
    })
  })
})

describe('a server', () => {
  test('that sends on to another place is not followed', async () => {
    const elsewhere = await startGitServer()
    const { address, name } = createBases()
    server.fault = (request, response) => {
      response.writeHead(302, { location: `http://${elsewhere.host}${request.url}` }).end()
      return true
    }
    const { problems } = await refusal(rendererWith().render(prod(`${address}//redis?ref=main`), PROD))
    expect(problems[0]).toMatchObject({ code: 'REMOTE_MOVED', file: FILE, line: 2 })
    expect(problems[0]?.message).toContain(name)
    expect(elsewhere.seen).toEqual([])
    await elsewhere.stop()
  })

  test('that knows the repository only with .git is asked for that', async () => {
    const { address, commit } = createBases()
    server.fault = ({ url = '' }, response) => {
      if (url.includes('.git/')) return false
      response.writeHead(301, { location: url.replace('/info/', '.git/info/') }).end()
      return true
    }
    const { resolutions } = await rendererWith().render(prod(`${address}//redis?ref=main`), PROD)
    expect(resolutions?.[0]?.content).toBe(commit)
  })

  test('that wants credentials gets the token of its entry, and no other does', async () => {
    const { address, commit } = createBases()
    const got: (string | undefined)[] = []
    server.fault = ({ headers }, response) => {
      got.push(headers.authorization)
      if (headers.authorization === 'Basic c2VjcmV0') return false
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
      return true
    }
    const tree = prod(`${address}//redis?ref=${commit}`)
    const denied = await refusal(rendererWith().render(tree, PROD))
    expect(denied.problems[0]).toMatchObject({
      code: 'REMOTE_DENIED',
      remedy: expect.stringContaining('tokenEnv: NAME'),
    })
    const authorization = async () => 'Basic c2VjcmV0'
    const { text } = await rendererWith({ authorization }).render(tree, PROD)
    expect(text).toContain('name: redis')
    expect(got[0]).toBeUndefined()
  })

  test.each<[string, Fault]>([
    ['breaks', (_, response) => response.writeHead(503).end() !== undefined],
    ['hangs up', (request) => request.socket.destroy() !== undefined],
    [
      'is lost in the middle of a fetch',
      (request, response) => {
        if (request.method !== 'POST') return false
        response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' })
        response.write('0008NAK\n0100\u0001PACK')
        setTimeout(() => response.destroy(), 20)
        return true
      },
    ],
    ['says nothing', () => true],
  ])('that %s is unreachable; what was fetched before would serve', async (_, fault) => {
    const { address, repository, commit } = createBases()
    const limits = { askTimeoutMs: 1_500, fetchTimeoutMs: 1_500 }
    const tree = prod(`${address}//redis?ref=main`)
    await rendererWith({ limits }).render(tree, PROD)
    server.fault = fault
    const lost = await refusal(rendererWith({ limits }).render(tree, PROD))
    expect(lost.kind).toBe('unreachable')
    expect(lost.problems[0]).toMatchObject({ code: 'REMOTE_UNREACHABLE', file: FILE, line: 2 })
    expect(lost.problems[0]?.remedy).toContain(`It stood for ${commit} at 2026-03-01T10:00:00.000Z`)
    server.fault = undefined
    const next = repository.commit('next', { 'redis/cm.yaml': configMap('redis', 'c') })
    const { resolutions } = await rendererWith({ limits }).render(tree, PROD)
    expect(resolutions?.[0]?.content).toBe(next)
  })

  test('keeps nobody waiting whose request was called off', async () => {
    const { address } = createBases()
    server.fault = () => true
    const abort = new AbortController()
    const work = rendererWith().render(prod(`${address}//redis?ref=main`), PROD, { signal: abort.signal })
    await eventually(() => server.seen.at(-1)?.includes(address.slice(-8)))
    abort.abort()
    await expect(work).rejects.toThrow()
  })
})
