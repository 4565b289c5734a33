import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { openRemoteCommits } from '../../../src/adapters/git/remote-commits.ts'
import { openWithToken } from '../../../src/adapters/github/open-with-token.ts'
import { UNPACED } from '../../../src/adapters/github/pacing.ts'
import { loadRepositoryConfig } from '../../../src/config/load.ts'
import type { BumpWish } from '../../../src/promotion/versions/bump-place.ts'
import { parseImageVersion } from '../../../src/promotion/versions/image-version.ts'
import { publishBump } from '../../../src/promotion/versions/publish-bump.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { type Body, commitFile, openScene, type Scene, settled, tipOf } from '../../support/local-github.ts'
import { overlayYaml } from '../../support/overlay-repository.ts'
import { runCommand } from '../../support/run-command.ts'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: prod, cluster: prod, after: [dev] }
`
const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const SIDECAR = '  - name: shop/proxy\n    newTag: "2.0"\n'
const FILES = {
  '.lockstep.yaml': CONFIG,
  'apps/checkout/base/kustomization.yaml': 'resources: []\n',
  [DEV]: overlayYaml('checkout', '1.2.0', SIDECAR),
  'apps/checkout/overlays/prod/kustomization.yaml': overlayYaml('checkout', '1.1.0'),
}
/** All that a workflow's own token can do here. */
const RIGHTS = { permissions: { contents: 'write', pull_requests: 'write', metadata: 'read' } }
const BRANCH = 'lockstep/bump/checkout'

const temporary = temporaryDirectory('lockstep-new-version')
let scene: Scene
let repository: string
let token: string
beforeAll(async () => {
  scene = await openScene()
  const { body } = await scene.app().post(`/app/installations/${scene.installation}/access_tokens`, RIGHTS)
  token = body.token
})
afterAll(async () => {
  expect(scene.github.unknownRequests).toEqual([])
  await scene.close()
  temporary.remove()
})
beforeEach(async () => {
  repository = await scene.repository({ from: [{ message: 'Begin', files: FILES }] })
})

const nameOf = () => repository.replace('/repos/', '')
let opened = 0
function ports() {
  const [owner = '', name = ''] = nameOf().split('/')
  const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  const found = openWithToken({ token, owner, name, baseUrl: scene.github.apiUrl, pacing: UNPACED })
  const open = openRemoteCommits({
    directory: join(temporary.path, `${opened++}.git`),
    url: `${scene.github.url}/${nameOf()}.git`,
    authorization: async () => authorization,
  })
  return {
    repository: found,
    isBefore: found.branches.isBefore,
    loadConfig: loadRepositoryConfig,
    open: async (sha: string) => {
      const { tree, commit } = await open(sha)
      return { tree, message: commit.message, parents: commit.parents }
    },
  }
}

async function bump(images: string | readonly string[], more: Partial<BumpWish> = {}): Promise<string> {
  const versions = [images].flat().map(parseImageVersion)
  const { outcome } = await publishBump(ports(), { application: 'checkout', versions, allowDowngrade: false, ...more })
  return outcome.code
}

const pulls = async (state = 'open'): Promise<Body[]> =>
  (await scene.ann.get(`${repository}/pulls?state=${state}`)).body
const fileAt = async (branch: string, path = DEV) => {
  const { body } = await scene.ann.get(`${repository}/contents/${path}?ref=${branch}`)
  return Buffer.from(body.content, 'base64').toString()
}
const changed = async (number: number) => (await scene.ann.get(`${repository}/pulls/${number}/files`)).body
const merge = (number: number) => scene.ann.put(`${repository}/pulls/${number}/merge`, {})

describe('a new version', () => {
  test('is proposed by one pull request that changes the tag alone; the same again is nothing', async () => {
    expect(await bump('shop/checkout=1.3.0')).toBe('BUMP_OPENED')
    const [pull, ...others] = await pulls()
    expect(others).toEqual([])
    expect(pull).toMatchObject({ title: 'Bump checkout to 1.3.0 in dev', head: { ref: BRANCH }, base: { ref: 'main' } })
    expect(await changed(pull.number)).toEqual([expect.objectContaining({ filename: DEV, additions: 1, deletions: 1 })])
    expect(await fileAt(BRANCH)).toBe(FILES[DEV]?.replace('1.2.0', '1.3.0'))
    const head = await tipOf(scene.ann, repository, BRANCH)
    expect(await bump('shop/checkout=1.3.0')).toBe('BUMP_CURRENT')
    expect(await tipOf(scene.ann, repository, BRANCH)).toBe(head)
  })

  test('takes the place of an older one in the same pull request', async () => {
    await bump('shop/checkout=1.3.0')
    expect(await bump('shop/checkout=1.4.0')).toBe('BUMP_UPDATED')
    const [pull, ...others] = await pulls()
    expect([others, pull.title]).toEqual([[], 'Bump checkout to 1.4.0 in dev'])
    expect(await fileAt(BRANCH)).toBe(FILES[DEV]?.replace('1.2.0', '1.4.0'))
  })

  test('joins what is proposed for another image; two go at once', async () => {
    await bump('shop/checkout=1.3.0')
    expect(await bump('shop/proxy=2.1')).toBe('BUMP_UPDATED')
    expect(await fileAt(BRANCH)).toBe(FILES[DEV]?.replace('1.2.0', '1.3.0').replace('2.0', '2.1'))
    expect(await bump(['shop/checkout=1.3.0', 'shop/proxy=2.1'])).toBe('BUMP_CURRENT')
    expect(await pulls()).toHaveLength(1)
  })

  test('is found where the default branch moved on, in the same file too', async () => {
    await bump('shop/checkout=1.3.0')
    await commitFile(scene.ann, repository, 'main', { path: 'README.md', content: 'other\n' })
    expect(await bump('shop/checkout=1.3.0')).toBe('BUMP_CURRENT')
    const edited = FILES[DEV]?.replace('newTag: 1.2.0', 'newTag: 1.2.5') ?? ''
    await commitFile(scene.ann, repository, 'main', { path: DEV, content: edited })
    await bump('shop/checkout=1.3.0')
    expect((await settled(scene.ann, repository, 1)).mergeable).toBe(true)
    const replicas = `${edited}replicas:\n  - name: checkout\n    count: 3\n`
    await commitFile(scene.ann, repository, 'main', { path: DEV, content: replicas })
    await bump('shop/checkout=1.3.0')
    const [pull] = await pulls()
    expect((await merge(pull.number)).status).toBe(200)
    expect(await fileAt('main')).toBe(replicas.replace('1.2.5', '1.3.0'))
  })

  test('is proposed anew after the one before was merged, though its branch was left', async () => {
    await bump('shop/checkout=1.3.0')
    await merge((await pulls())[0].number)
    expect(await bump('shop/checkout=1.3.0')).toBe('NOTHING_TO_BUMP')
    expect(await bump('shop/checkout=1.4.0')).toBe('BUMP_OPENED')
    const [pull] = await pulls()
    expect((await scene.ann.get(`${repository}/pulls/${pull.number}/commits`)).body).toHaveLength(1)
  })

  test('that the default branch reached by itself closes its pull request', async () => {
    await bump('shop/checkout=1.3.0')
    const content = FILES[DEV]?.replace('1.2.0', '1.3.0') ?? ''
    await commitFile(scene.ann, repository, 'main', { path: DEV, content })
    expect(await bump('shop/checkout=1.3.0')).toBe('BUMP_CLOSED')
    expect(await pulls()).toEqual([])
  })

  test('that a person closed stays closed, and a newer one is proposed', async () => {
    await bump('shop/checkout=1.3.0')
    await scene.ann.patch(`${repository}/pulls/1`, { state: 'closed' })
    expect(await bump('shop/checkout=1.3.0')).toBe('BUMP_STAYS_CLOSED')
    expect(await pulls()).toEqual([])
    expect(await bump('shop/checkout=1.3.1')).toBe('BUMP_OPENED')
  })

  test('older than what is there, or than what is proposed, is refused', async () => {
    await expect(bump('shop/checkout=1.1.9')).rejects.toThrow(/VERSION_OLDER .* at 1\.2\.0 in dev/)
    await bump('shop/checkout=1.4.0')
    await expect(bump('shop/checkout=1.3.0')).rejects.toThrow(/VERSION_OLDER .* at 1\.4\.0 in #1/)
    expect(await bump('shop/checkout=1.3.0', { allowDowngrade: true })).toBe('BUMP_UPDATED')
  })

  test('never overwrites what a person committed on top', async () => {
    await bump('shop/checkout=1.3.0')
    const own = await commitFile(scene.bob, repository, BRANCH, { path: 'notes.md', content: 'mine\n' })
    expect(await bump('shop/checkout=1.4.0')).toBe('BRANCH_EDITED')
    expect(await tipOf(scene.ann, repository, BRANCH)).toBe(own)
  })

  test('is proposed once however often the process dies on the way', async () => {
    for (let calls = 1, done = false; !done; calls++) {
      let left = calls
      const dying = <T extends object>(part: T): T =>
        new Proxy(part, {
          get(target, key) {
            const member = Reflect.get(target, key)
            if (typeof member !== 'function') return member
            return async (...words: unknown[]) => {
              const answer = await member.apply(target, words)
              left -= 1
              if (left === 0) throw new Error('died')
              return answer
            }
          },
        })
      const made = ports()
      const { pulls: pullsPort, branches } = made.repository
      const broken = { ...made, repository: { ...made.repository, pulls: dying(pullsPort), branches: dying(branches) } }
      const versions = [parseImageVersion('shop/checkout=1.3.0')]
      const wish = { application: 'checkout', versions, allowDowngrade: false }
      done = await publishBump(broken, wish).then(
        () => true,
        () => false,
      )
    }
    expect(await bump('shop/checkout=1.3.0')).toBe('BUMP_CURRENT')
    expect(await pulls('all')).toHaveLength(1)
    expect(await fileAt(BRANCH)).toBe(FILES[DEV]?.replace('1.2.0', '1.3.0'))
  })
})

describe('lockstep bump --open', () => {
  const environment = () => ({
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: nameOf(),
    GITHUB_API_URL: scene.github.apiUrl,
  })

  test('opens it without a clone, and answers with its address', async () => {
    const words = ['bump', '--open', '--app', 'checkout', '--image', 'shop/checkout=1.3.0', '--format', 'json']
    const dry = await runCommand([...words, '--dry-run'], { env: environment(), cwd: temporary.path })
    expect([dry.code, await pulls()]).toEqual([0, []])
    const { code, stdout } = await runCommand(words, { env: environment(), cwd: temporary.path })
    const [pull] = await pulls()
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      application: 'checkout',
      to: 'dev',
      reasons: [{ code: 'BUMP_OPENED' }],
      pullRequest: { number: pull.number, url: pull.html_url },
    })
  })

  test('says which right a token lacks, with exit code 1', async () => {
    const narrow = { permissions: { contents: 'read', metadata: 'read' } }
    const { body } = await scene.app().post(`/app/installations/${scene.installation}/access_tokens`, narrow)
    const { code, stderr } = await runCommand(
      ['bump', '--open', '--app', 'checkout', '--image', 'shop/checkout=1.3.0'],
      { env: { ...environment(), GITHUB_TOKEN: body.token } },
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/GITHUB_\w+ .*(create branch|pull request)/)
    expect(stderr).not.toContain(body.token)
  })
})

describe('the action', () => {
  const text = z.string().min(1)
  const named = z.strictObject({ description: text, required: z.boolean().optional(), default: z.string().optional() })
  const step = z.strictObject({
    id: text,
    shell: z.literal('bash'),
    'working-directory': text.optional(),
    env: z.record(text, text).default({}),
    run: text,
  })
  const schema = z.strictObject({
    name: text,
    description: text,
    branding: z.strictObject({
      icon: text,
      color: z.enum(['white', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']),
    }),
    inputs: z.record(text, named),
    outputs: z.record(text, z.strictObject({ description: text, value: text })),
    runs: z.strictObject({ using: z.literal('composite'), steps: z.array(step).min(1) }),
  })
  const source = readFileSync('action.yml', 'utf8')
  const action = schema.parse(parse(source))
  const { steps } = action.runs

  test('takes each input once, and none in its shell lines, where a value would be code', () => {
    const values = steps.flatMap(({ env }) => Object.values(env))
    const used = values.flatMap((value) => /\{\{ inputs\.([\w-]+) \}\}/.exec(value)?.[1] ?? [])
    expect(used.toSorted()).toEqual(Object.keys(action.inputs).toSorted())
    for (const { run } of steps) expect(run).not.toContain('${{')
  })

  test('opens the pull request from what GitHub downloads of it, as a workflow would, and hands on its number', async () => {
    const home = downloaded()
    const output = join(temporary.path, 'output')
    writeFileSync(output, '')
    const inputs: Record<string, string> = {
      app: 'checkout',
      image: 'shop/checkout=1.3.0\n\nshop/proxy=2.1\n',
      environment: 'dev',
      repository: nameOf(),
      token,
      'allow-downgrade': 'false',
    }
    const fill = (value: string) =>
      value
        .replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, input) => inputs[input] ?? '')
        .replace(/\$\{\{ github\.action_path \}\}/, home)
    for (const { env, run, 'working-directory': directory = temporary.path } of steps) {
      const filled = Object.entries(env).map(([name, value]) => [name, fill(value)])
      const given = { ...Object.fromEntries(filled), GITHUB_API_URL: scene.github.apiUrl, GITHUB_OUTPUT: output }
      expect(await shell(run, fill(directory), given)).toBe(0)
    }
    const [pull] = await pulls()
    expect(readFileSync(output, 'utf8')).toBe(`pull-request=${pull.number}\nurl=${pull.html_url}\nreason=BUMP_OPENED\n`)
    expect(await fileAt(BRANCH)).toBe(FILES[DEV]?.replace('1.2.0', '1.3.0').replace('2.0', '2.1'))
  }, 300_000)

  /** The repository's files, without what is installed here. */
  function downloaded(): string {
    const home = join(temporary.path, 'action')
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    for (const path of listed.toString().split('\0')) {
      if (/^(?:bin|src)\/|^package(?:-lock)?\.json$/.test(path) && existsSync(path)) cpSync(path, join(home, path))
    }
    return home
  }

  /** As GitHub runs `shell: bash`. The GitHub of this test answers from this process, so it must not be blocked. */
  function shell(script: string, cwd: string, given: NodeJS.ProcessEnv): Promise<number | null> {
    const file = join(temporary.path, 'run.sh')
    writeFileSync(file, script)
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, npm_config_prefer_offline: 'true', ...given }
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return new Promise((done) => child.on('close', done))
  }
})
