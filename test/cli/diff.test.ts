import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../src/adapters/git/local-repository.ts'
import { createKustomizeRenderer } from '../../src/adapters/kustomize/renderer.ts'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { runCli } from '../../src/cli/frame.ts'
import { previewPullRequest } from '../../src/preview/preview-pull-request.ts'
import { compileSchema } from '../support/diff-schema.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { MemoryRepository, pullRequest } from '../support/memory-repository.ts'
import { deploymentText, objectText, shopFiles } from '../support/preview-world.ts'

const DEV = 'apps/checkout/overlays/dev/deployment.yaml'
const PROD = 'apps/search/overlays/prod/deployment.yaml'

const directory = temporaryDirectory('lockstep-diff')
let before: string | undefined

beforeAll(async () => {
  before = process.env.KUSTOMIZE_BIN
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)

afterAll(() => {
  if (before === undefined) delete process.env.KUSTOMIZE_BIN
  else process.env.KUSTOMIZE_BIN = before
  directory.remove()
})

let made = 0
function shop(change: Record<string, string | undefined> = {}): TestRepository {
  const repository = createRepository(join(directory.path, `shop-${made++}`))
  repository.commit('shop', shopFiles(change))
  return repository
}

async function diff(repository: TestRepository, ...words: string[]) {
  let [stdout, stderr] = ['', '']
  const code = await runCli(COMMANDS, ['diff', '--base', 'main', ...words], {
    version: '0',
    cwd: repository.path,
    env: {},
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    signal: new AbortController().signal,
  })
  return { code, stdout, stderr }
}

const json = async (repository: TestRepository, ...words: string[]) =>
  JSON.parse((await diff(repository, '--format', 'json', ...words)).stdout)

describe('lockstep diff', () => {
  test('shows what the files as they are now would change, committed or not', async () => {
    const repository = shop()
    repository.git('checkout', '-q', '-b', 'change')
    repository.commit('scale dev', { [DEV]: deploymentText('checkout', 5) })
    repository.write({ [PROD]: deploymentText('search', 7) })
    const { code, stdout } = await diff(repository)
    expect(code).toBe(0)
    expect(stdout).toContain('~ Deployment/checkout .spec.replicas: 2 → 5')
    expect(stdout).toContain('~ Deployment/search .spec.replicas: 2 → 7')
    expect((await diff(repository, '--head', 'change')).stdout).not.toContain('search')
  })

  test('does not show as undone what others merged meanwhile', async () => {
    const repository = shop()
    repository.git('checkout', '-q', '-b', 'change')
    repository.commit('scale dev', { [DEV]: deploymentText('checkout', 5) })
    repository.git('checkout', '-q', 'main')
    repository.commit('others', { [PROD]: deploymentText('search', 9) })
    repository.git('checkout', '-q', 'change')
    for (const words of [[], ['--head', 'change']]) {
      const { overlays } = await json(repository, ...words)
      expect(overlays.map(({ path }: { path: string }) => path)).toEqual(['apps/checkout/overlays/dev'])
    }
  })

  test('answers JSON by the published schema, alone on stdout', async () => {
    const repository = shop()
    repository.write({
      [DEV]: deploymentText('checkout', 5),
      [PROD]: 'kind: nonsense\n',
      'apps/checkout/base/service.yaml': objectText('Service', 'v1', 'checkout', '{} # same'),
    })
    const answer = await json(repository)
    const validate = compileSchema()
    expect([validate(answer), validate.errors]).toEqual([true, null])
    expect(
      answer.overlays.map(({ application, environment, status }: Record<string, string>) => [
        application,
        environment,
        status,
      ]),
    ).toEqual([
      ['checkout', 'dev', 'changed'],
      ['checkout', 'prod', 'unchanged'],
      ['search', 'prod', 'error'],
    ])
    expect(answer.overlays[0].facts).toEqual([
      {
        object: 'Deployment/checkout',
        path: '.spec.replicas',
        verb: 'changed',
        before: 2,
        after: 5,
        class: 'replicas',
      },
    ])
    expect(answer.overlays[2].error).toMatchObject({ code: expect.any(String), remedy: expect.any(String) })
  })

  test.each([
    ['0 for nothing', {}, [], 0],
    ['0 for a change', { [DEV]: deploymentText('checkout', 5) }, [], 0],
    ['1 for a change with --exit-code', { [DEV]: deploymentText('checkout', 5) }, ['--exit-code'], 1],
    ['0 for nothing with --exit-code', {}, ['--exit-code'], 0],
    ['1 for an overlay that fails', { [DEV]: 'kind: nonsense\n' }, [], 1],
    ['1 for a configuration that cannot be used', { '.lockstep.yaml': 'version: 2\n' }, [], 1],
    ['2 for a revision there is not', {}, ['--head', 'nowhere'], 2],
    ['2 for an environment there is not', {}, ['--env', 'prd'], 2],
    ['2 for an application there is not', {}, ['--app', 'chekout'], 2],
    ['2 for too little room', {}, ['--max-chars', '100'], 2],
  ])('exits %s', async (_, change, words, expected) => {
    const repository = shop()
    repository.write(change)
    expect((await diff(repository, ...words)).code).toBe(expected)
  })

  test('exits 1 for a conflict and names the files', async () => {
    const repository = shop()
    repository.git('checkout', '-q', '-b', 'change')
    repository.commit('scale', { [DEV]: deploymentText('checkout', 5) })
    repository.git('checkout', '-q', 'main')
    repository.commit('scale too', { [DEV]: deploymentText('checkout', 6) })
    const { code, stdout } = await diff(repository, '--head', 'change')
    expect([code, stdout]).toEqual([1, expect.stringContaining(`conflict in ${DEV}`)])
  })

  test('says on stderr that nothing differs', async () => {
    expect(await diff(shop())).toMatchObject({ stderr: 'no differences\n' })
  })

  test('looks at one environment or application alone', async () => {
    const repository = shop()
    repository.write({ [DEV]: deploymentText('checkout', 5), [PROD]: deploymentText('search', 7) })
    const paths = async (...words: string[]) =>
      (await json(repository, ...words)).overlays.map(({ path }: { path: string }) => path)
    expect(await paths('--env', 'prod')).toEqual(['apps/search/overlays/prod'])
    expect(await paths('--app', 'checkout')).toEqual(['apps/checkout/overlays/dev'])
    expect(await paths('--app', 'checkout', '--env', 'prod')).toEqual([])
  })

  test('uses the configuration that is being written where the base has none', async () => {
    const repository = shop({ '.lockstep.yaml': undefined })
    const config = shopFiles()['.lockstep.yaml'] as string
    repository.write({ '.lockstep.yaml': config, [DEV]: deploymentText('checkout', 5) })
    const { stdout } = await diff(repository)
    expect(stdout).toContain('2 → 5')
    expect(stdout).toContain('has no usable .lockstep.yaml')
  })

  test('prints exactly the comment of the pull request', async () => {
    const repository = shop()
    repository.git('checkout', '-q', '-b', 'change')
    const sha = repository.commit('scale dev', { [DEV]: deploymentText('checkout', 5) })
    const { stdout } = await diff(repository, '--head', 'change', '--format', 'markdown')
    const github = new MemoryRepository()
    github.pullRequests.push(pullRequest({ head: { ref: 'change', sha, fork: false } }))
    const { mirror } = await openLocalRepository(repository.path)
    const ports = {
      repository: github.port(),
      mirror,
      renderer: createKustomizeRenderer(),
      statusBoard: { list: async () => [] },
      promotionGates: async () => [],
      changeGates: async () => [],
      ignoredDrift: async () => [],
      fingerprint: (text: string) => text,
      clock: () => new Date(),
    }
    await previewPullRequest(ports, 7, new AbortController().signal)
    const [shown, hidden] = [stdout, github.written[0]?.body.slice(stdout.length)]
    expect(github.written[0]?.body.startsWith(shown)).toBe(true)
    expect(hidden).toMatch(/^(\n(\[[^\]]+\]: http.*|<!-- .* -->)?)+$/)
  })
})
