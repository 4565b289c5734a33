import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { runCli } from '../../src/cli/frame.ts'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { compileSchema } from '../support/diff-schema.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { at } from '../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { configMapYaml } from '../support/yaml-objects.ts'

const plane = useControlPlane()
const directory = temporaryDirectory()
let clone: TestRepository
let operator: string
const overlay = (app: string, environment: string, mode: string) => ({
  [`apps/${app}/overlays/${environment}/kustomization.yaml`]: 'resources: [a.yaml]\n',
  [`apps/${app}/overlays/${environment}/a.yaml`]: configMapYaml(`${app}-${environment}`, 'default', { mode }),
})
const config = (more = '') =>
  [
    'version: 1',
    'overlays: apps/{app}/overlays/{environment}',
    'environments:',
    `  - { name: dev, cluster: here${more} }`,
    '  - { name: prod, cluster: away }',
    '',
  ].join('\n')

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
  clone = createRepository(`${directory.path}/shop`)
  clone.git('remote', 'add', 'origin', 'https://github.example/acme/shop.git')
  const overlays = {
    ...overlay('web', 'dev', 'one'),
    ...overlay('api', 'dev', 'one'),
    ...overlay('web', 'prod', 'one'),
  }
  clone.commit('first', { '.lockstep.yaml': config(), ...overlays })
}, KUSTOMIZE_SETUP_MS)
afterAll(directory.remove)

beforeEach(() => {
  const away = `${directory.path}/away.yaml`
  writeFileSync(
    away,
    'apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{ name: c, cluster: { server: "https://127.0.0.1:1" } }]\nusers: [{ name: u, user: {} }]\ncontexts: [{ name: c, context: { cluster: c, user: u } }]\n',
  )
  operator = `${directory.path}/operator.yaml`
  const clusters = [
    { name: 'here', kubeconfig: plane.local.kubeconfig, repositories: ['acme/shop'] },
    { name: 'away', kubeconfig: away, repositories: ['acme/shop'] },
  ]
  writeFileSync(operator, JSON.stringify({ data: directory.path, clusters }))
})

async function lockstep(...words: string[]) {
  let out = ''
  let err = ''
  const stdout = (text: string) => {
    out += text
  }
  const stderr = (text: string) => {
    err += text
  }
  const around = { cwd: clone.path, env: {}, stdout, stderr, signal: AbortSignal.timeout(60_000), version: '0' }
  const code = await runCli(COMMANDS, words, around)
  return { code, out, err, json: () => JSON.parse(out) }
}

const KEY: ResourceKey = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'web-dev' }
const here = () => ['--kubeconfig', plane.local.kubeconfig]
const status = (...more: string[]) => lockstep('status', '--env', 'dev', ...here(), '--format', 'json', ...more)
const reconcile = (...more: string[]) => lockstep('reconcile', '--env', 'dev', ...here(), ...more)
const ofWeb = async () => (await status('--app', 'web')).json().targets[0]

/** Of every ConfigMap, inventories among them. */
async function versionsThere(): Promise<unknown[]> {
  const { items } = await plane.cluster.list({ group: '', version: 'v1', kind: 'ConfigMap' })
  return items.map((item) => [at(item, 'metadata', 'name'), at(item, 'metadata', 'resourceVersion')])
}

describe('lockstep status', () => {
  test('before the first apply all is missing; after it all is well, and nothing was written', async () => {
    const before = await status()
    expect(before.code).toBe(0)
    expect(before.json().targets).toMatchObject([
      { application: 'api', health: 'Missing', revision: null, desired: clone.git('rev-parse', 'HEAD') },
      { application: 'web', sync: 'OutOfSync', lastError: null },
    ])
    await reconcile()
    const versions = await versionsThere()
    const after = await status()
    const validate = compileSchema('status')
    expect([validate(after.json()), validate.errors]).toEqual([true, null])
    expect(after.json().summary).toMatchObject({ targets: 2, synced: 2, healthy: 2, drifted: 0, failing: 0 })
    expect(await ofWeb()).toMatchObject({ since: expect.any(String), drift: 0, track: null, suspended: false })
    expect(await versionsThere()).toEqual(versions)
  })

  test('shows drift by its count, and is no failure', async () => {
    await plane.cluster.patch(KEY, { data: { mode: 'mine' } }, { fieldManager: 'kubectl-edit' })
    expect(await ofWeb()).toMatchObject({ sync: 'OutOfSync', drift: 1 })
    const { code, out } = await lockstep('status', ...here(), '--cluster', 'here')
    expect(code).toBe(0)
    expect(out).toMatch(/web +[0-9a-f]{7} Drift 1/)
    expect(out).toContain('1 field differs from Git, first ConfigMap/web-dev .data.mode by kubectl-edit')
    await reconcile('--heal')
  })

  test('tells a target that is behind from one that holds what Git says', async () => {
    clone.commit('second', overlay('web', 'dev', 'two'))
    const { targets } = (await status()).json()
    expect(targets.map(({ application, sync }: { application: string; sync: string }) => [application, sync])).toEqual([
      ['api', 'Synced'],
      ['web', 'OutOfSync'],
    ])
    await reconcile()
    expect(await ofWeb()).toMatchObject({ sync: 'Synced', revision: clone.git('rev-parse', 'HEAD') })
  })

  test('keeps the last error of a pass until a pass succeeds', async () => {
    clone.commit('bad', {
      'apps/web/overlays/dev/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web-dev, namespace: default }\nspec: {}\n',
    })
    expect((await reconcile()).code).not.toBe(0)
    const failed = await ofWeb()
    expect(failed).toMatchObject({
      lastError: { code: 'APPLY_REFUSED', object: 'ConfigMap/web-dev' },
      reportedAt: expect.any(String),
    })
    clone.commit('good', overlay('web', 'dev', 'three'))
    await reconcile()
    expect(await ofWeb()).toMatchObject({ lastError: null, sync: 'Synced' })
  })

  test('shows pins and suspensions', async () => {
    clone.git('tag', 'v1')
    clone.commit('pinned', { '.lockstep.yaml': config(', track: { tag: v1 }, suspend: true') })
    expect(await ofWeb()).toMatchObject({ track: 'tag v1', suspended: true, desired: clone.git('rev-parse', 'v1') })
    clone.commit('free', { '.lockstep.yaml': config() })
  })

  test('shows what runs beside a configuration that cannot be read, committed or not, and makes it 1', async () => {
    const good = clone.git('rev-parse', 'HEAD')
    clone.commit('broken', { '.lockstep.yaml': `${config()}drift: [\n` })
    const committedAt = new Date(clone.git('log', '-1', '--format=%cI')).toISOString()
    const { code, json } = await status()
    expect(code).toBe(1)
    expect(compileSchema('status')(json())).toBe(true)
    const configuration = {
      since: committedAt,
      problems: [{ code: 'CONFIG_SYNTAX', file: '.lockstep.yaml', line: expect.any(Number) }],
    }
    for (const target of json().targets)
      expect(target).toMatchObject({ health: 'Healthy', desired: good, configuration })
    const { out } = await lockstep('status', '--env', 'dev', ...here())
    expect(out).toMatch(/api → dev \(here\) and 1 more\n {2}held as Git said before/)
    expect(out).toMatch(/\.lockstep\.yaml:\d+ .*\(CONFIG_SYNTAX\)/)
    clone.commit('mended', { '.lockstep.yaml': config() })
    expect(await status()).toMatchObject({ code: 0 })
    writeFileSync(`${clone.path}/.lockstep.yaml`, `${config()}drift: [\n`)
    const now = (await ofWeb()).configuration
    clone.git('checkout', '--', '.lockstep.yaml')
    expect(now).toMatchObject({ since: null, problems: [{ code: 'CONFIG_SYNTAX' }] })
    expect((await ofWeb()).configuration).toBeNull()
  })

  test('by the operator’s file asks every cluster; one that is away is told and makes it 4', async () => {
    const { code, out, err } = await lockstep('status', '--config', operator)
    expect([code, err]).toEqual([4, ''])
    expect(out).toMatch(/^ +dev \(here\) +prod \(away\)\n/)
    expect(out).toMatch(/web +[0-9a-f]{7} Healthy \w+ +Unknown/)
    expect(out).toContain('(CLUSTER_UNREACHABLE)')
  })

  test('by a kubeconfig alone shows what is in that cluster', async () => {
    const { targets } = (await lockstep('status', ...here(), '--format', 'json')).json()
    expect(targets.map(({ cluster }: { cluster: string }) => cluster)).toEqual(['here', 'here'])
  })

  test.each<[what: string, words: () => string[], code: string]>([
    ['no way to a cluster', () => [], 'OPTION_MISSING'],
    ['an environment that is not declared', () => [...here(), '--env', 'dve'], 'ENVIRONMENT_UNKNOWN'],
    ['an application that is not there', () => [...here(), '--app', 'wbe'], 'APP_UNKNOWN'],
    ['a cluster that is not there', () => [...here(), '--cluster', 'hree'], 'CLUSTER_NOT_THERE'],
    ['a repository that has nothing there', () => [...here(), '--repository', 'acme/other'], 'CLUSTER_AMBIGUOUS'],
  ])('%s is wrong usage', async (_what, words, code) => {
    const run = await lockstep('status', ...words())
    expect(run).toMatchObject({ code: 2, out: '' })
    expect(run.err).toContain(code)
  })
})
