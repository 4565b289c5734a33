import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Problem } from '../../src/model/errors.ts'
import { createRepository, type Files, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runLockstep } from '../support/lockstep-program.ts'

const temporary = temporaryDirectory('lockstep-bad-input')
afterAll(() => temporary.remove())
beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)

const PROD = 'apps/web/prod/kustomization.yaml'
const CONFIG = `version: 1
overlays: apps/{app}/{environment}
environments:
  - { name: dev, cluster: one }
  - { name: prod, cluster: one, after: [dev] }
`
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n'
const SOUND: Files = {
  '.lockstep.yaml': CONFIG,
  'apps/web/dev/kustomization.yaml': 'namespace: dev\nresources: [settings.yaml]\n',
  'apps/web/dev/settings.yaml': settings,
  [PROD]: 'namespace: prod\nresources: [settings.yaml]\n',
  'apps/web/prod/settings.yaml': settings,
}
const plugin = (function_: string) =>
  `apiVersion: example.com/v1\nkind: Wish\nmetadata:\n  name: wish\n  annotations:\n    config.kubernetes.io/function: |\n      ${function_}\n`
const withPlugin = (function_: string): Files => ({
  [PROD]: 'generators: [wish.yaml]\nresources: [settings.yaml]\n',
  'apps/web/prod/wish.yaml': plugin(function_),
})

const FAULTS: readonly [what: string, files: Files, problem: Partial<Problem>][] = [
  [
    'an unknown key',
    { '.lockstep.yaml': `${CONFIG}frobnicate: true\n` },
    { code: 'CONFIG_UNKNOWN_KEY', file: '.lockstep.yaml', line: 6, column: 1 },
  ],
  [
    'a misspelt key that has to be there',
    { '.lockstep.yaml': CONFIG.replace('overlays', 'overlay') },
    { code: 'CONFIG_UNKNOWN_KEY', file: '.lockstep.yaml', line: 2, column: 1, remedy: 'Did you mean "overlays"?' },
  ],
  [
    'an overlay that kustomize refuses',
    { 'apps/web/prod/settings.yaml': 'kind: [\n' },
    { code: 'KUSTOMIZE_FAILED', file: 'apps/web/prod/settings.yaml', line: 1 },
  ],
  [
    'a missing base',
    { [PROD]: 'resources:\n  - ../base\n' },
    { code: 'OVERLAY_MISSING_BASE', file: PROD, line: 2, column: 5 },
  ],
  [
    'a remote base',
    { [PROD]: 'resources:\n  - https://example.com/acme/bases//web?ref=v1\n' },
    { code: 'REMOTE_BASE_REFUSED', file: PROD, line: 2, column: 5 },
  ],
  [
    'a link out of the repository',
    { 'apps/web/prod/settings.yaml': { link: '/etc/hostname' } },
    { code: 'OVERLAY_LEAVES_REPOSITORY', file: PROD, line: 2, column: 13 },
  ],
  [
    'a path out of the repository',
    { [PROD]: 'resources:\n  - ../../../../elsewhere\n' },
    { code: 'OVERLAY_LEAVES_REPOSITORY', file: PROD, line: 2, column: 5 },
  ],
  [
    'a helm field',
    { [PROD]: 'helmCharts:\n  - name: web\n    repo: https://charts.example.com\n' },
    { code: 'CHART_REFUSED', file: PROD, line: 2, column: 5 },
  ],
  [
    'an exec plugin',
    withPlugin('exec: { path: ./wish.sh }'),
    { code: 'PLUGIN_REFUSED', file: 'apps/web/prod/wish.yaml' },
  ],
  [
    'a container plugin',
    withPlugin('container: { image: example.com/wish }'),
    { code: 'PLUGIN_REFUSED', file: 'apps/web/prod/wish.yaml' },
  ],
]

describe.each(FAULTS)('%s is one clear error', (_what, files, expected) => {
  let repository: string
  const seen = (text: string) => {
    const place = [expected.file, expected.line, expected.column].filter((part) => part !== undefined).join(':')
    const lines = text.split('\n').filter((line) => line.includes(String(expected.code)))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`${place}`)
    expect(text).not.toMatch(STACK)
    return text.split('\n').filter(Boolean)
  }
  const problem = expect.objectContaining({ ...expected, message: expect.any(String), remedy: expect.any(String) })
  const lockstep = (...words: string[]) => runLockstep([...words, '--repo', repository])

  beforeAll(() => {
    const clone = createRepository(join(temporary.path, String(++clones)))
    clone.commit('sound', SOUND)
    clone.write(files)
    repository = clone.path
  })

  test('to a reader of validate, render and diff', async () => {
    const [validate, render, diff] = await Promise.all([
      lockstep('validate'),
      lockstep('render', '--app', 'web', '--env', 'prod'),
      lockstep('diff', '--base', 'main'),
    ])
    expect([validate.code, render.code, diff.code]).toEqual([1, 1, 1])
    seen(validate.stdout + validate.stderr)
    expect(seen(render.stderr)).toHaveLength(1)
    expect(render.stdout).toBe('')
    seen(diff.stdout + diff.stderr)
  })

  test('to a program that runs validate, render and diff', async () => {
    const [validate, render, diff] = await Promise.all([
      lockstep('validate', '--format', 'json'),
      lockstep('render', '--app', 'web', '--env', 'prod', '--format', 'json'),
      lockstep('diff', '--base', 'main', '--format', 'json'),
    ])
    expect([validate.code, render.code, diff.code]).toEqual([1, 1, 1])
    expect(problemsOf(validate.stdout)).toEqual([problem])
    expect(JSON.parse(render.stdout)).toEqual(problem)
    expect(problemsOf(diff.stdout)).toEqual([problem])
  })

  test('to reconcile and drift, rather than that the cluster is silent', async () => {
    const words = ['--env', 'prod', '--kubeconfig', await unreachableCluster()]
    const [reconcile, drift, json] = await Promise.all([
      lockstep('reconcile', ...words),
      lockstep('drift', ...words),
      lockstep('drift', ...words, '--format', 'json'),
    ])
    expect([reconcile.code, drift.code, json.code]).toEqual([1, 1, 1])
    seen(reconcile.stdout + reconcile.stderr)
    expect(seen(drift.stderr)).toHaveLength(1)
    expect(JSON.parse(json.stdout)).toEqual(problem)
  })
})

describe('an unreachable cluster is one clear error', () => {
  let repository: string
  beforeAll(() => {
    const clone = createRepository(join(temporary.path, String(++clones)))
    clone.commit('sound', SOUND)
    repository = clone.path
  })

  test.each(['reconcile', 'drift'])('of %s, which names the address and ends with 4', async (command) => {
    const kubeconfig = await unreachableCluster()
    const words = [command, '--repo', repository, '--env', 'prod', '--kubeconfig', kubeconfig]
    const [text, json] = await Promise.all([runLockstep(words), runLockstep([...words, '--format', 'json'])])
    expect(text).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^CLUSTER_UNREACHABLE Cluster one at https:\S+ cannot be reached .*\n$/),
    })
    expect({ ...json, stdout: JSON.parse(json.stdout) }).toEqual({
      code: 4,
      stdout: { code: 'CLUSTER_UNREACHABLE', message: expect.any(String), remedy: expect.any(String) },
      stderr: '',
    })
  })
})

let clones = 0
const STACK = /^\s+at .+:\d+:\d+\)?$/m

/** Problems of the repository, of its overlays or of the command itself, wherever a command's JSON has them. */
function problemsOf(json: string): unknown[] {
  const answer = JSON.parse(json)
  const { code, findings, problems = [], overlays = [] } = answer
  if (code) return [answer]
  return findings ?? [...problems, ...overlays.flatMap(({ error }: { error?: unknown }) => error ?? [])]
}

/** A kubeconfig that leads to a port where nobody listens. */
async function unreachableCluster(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  const file = join(temporary.path, `kubeconfig-${port}`)
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${port}` } }],
      users: [{ name: 'u', user: { token: 'none' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  )
  return file
}
