import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../src/adapters/git/local-repository.ts'
import { createRepository, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, plainBuild } from '../support/kustomize.ts'
import { runCommand } from '../support/run-command.ts'

const temporary = temporaryDirectory('lockstep-render')
const clone = createRepository(`${temporary.path}/clone`)
const configMap = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { value: "${value}" }\n`
let kustomize = ''

beforeAll(async () => {
  kustomize = await kustomizeForTests()
  process.env.KUSTOMIZE_BIN = kustomize
  clone.commit('first', {
    '.lockstep.yaml': `version: 1
overlays: ['apps/{app}/{environment}/{cluster}', 'apps/{app}/{environment}']
environments:
  - { name: dev, cluster: dev }
  - { name: prod, clusters: [eu, us], after: [dev] }
`,
    'apps/web/base/kustomization.yaml': 'resources: [settings.yaml]\n',
    'apps/web/base/settings.yaml': configMap('one'),
    'apps/web/dev/kustomization.yaml': 'namespace: dev\nresources: [../base]\n',
    'apps/web/prod/eu/kustomization.yaml': 'namespace: eu\nresources: [../../base]\n',
    'apps/web/prod/us/kustomization.yaml': 'namespace: us\nresources: [../../base]\n',
    'apps/cart/dev/kustomization.yaml': 'secretGenerator: [{ name: s, literals: [big=9007199254740993] }]\n',
  })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

const render = (...words: string[]) => runCommand(['render', '--repo', clone.path, ...words])

test('stdout is what kustomize prints, byte for byte', async () => {
  const { code, stdout, stderr } = await render('--app', 'web', '--env', 'dev')
  const tree = await (await openLocalRepository(clone.path)).workTree()
  expect(stdout).toBe(await plainBuild(kustomize, tree, 'apps/web/dev', `${temporary.path}/plain`))
  expect([code, stderr]).toEqual([0, ''])
})

test('--ref renders a commit, otherwise the files are rendered as they are', async () => {
  const first = clone.git('rev-parse', 'HEAD')
  clone.write({ 'apps/web/base/settings.yaml': configMap('two') })
  expect((await render('--app', 'web', '--env', 'dev')).stdout).toContain('value: two')
  expect((await render('--app', 'web', '--env', 'dev', '--ref', 'main')).stdout).toContain('value: one')
  const { stdout } = await render('--app', 'web', '--env', 'dev', '--ref', first.slice(0, 8), '--format', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    application: 'web',
    environment: 'dev',
    path: 'apps/web/dev',
    revision: first,
    manifests: [{ kind: 'ConfigMap', data: { value: 'one' } }],
    inputs: ['apps/web/base/kustomization.yaml', 'apps/web/base/settings.yaml', 'apps/web/dev/kustomization.yaml'],
  })
})

test('what one command rendered the next finds, and builds nothing', async () => {
  const renders = `${temporary.path}/renders`
  const version = execFileSync(kustomize, ['version']).toString().trim()
  const onlyVersion = `${temporary.path}/kustomize`
  writeFileSync(onlyVersion, `#!/bin/sh\n[ "$1" = version ] && echo '${version}' || exit 1\n`, { mode: 0o755 })
  const { LOCKSTEP_RENDERS = 'off', LOCKSTEP_RENDERER = '' } = process.env
  Object.assign(process.env, { LOCKSTEP_RENDERS: renders, LOCKSTEP_RENDERER: 'off' })
  try {
    const first = await render('--app', 'web', '--env', 'dev', '--ref', 'main')
    process.env.KUSTOMIZE_BIN = onlyVersion
    expect(await render('--app', 'web', '--env', 'dev', '--ref', 'main')).toEqual(first)
    rmSync(renders, { recursive: true })
    expect((await render('--app', 'web', '--env', 'dev', '--ref', 'main')).code).toBe(1)
  } finally {
    Object.assign(process.env, { LOCKSTEP_RENDERS, LOCKSTEP_RENDERER, KUSTOMIZE_BIN: kustomize })
  }
})

test('--cluster chooses where each cluster has its overlay', async () => {
  expect((await render('--app', 'web', '--env', 'prod', '--cluster', 'us')).stdout).toContain('namespace: us')
})

describe('what is not there is wrong usage, with the nearest name', () => {
  test.each([
    [
      ['--app', 'wbe', '--env', 'dev'],
      'APP_UNKNOWN No overlay belongs to an application "wbe" (overlays: apps/{app}/{environment}/{cluster}, apps/{app}/{environment}). Did you mean "web"?',
    ],
    [
      ['--app', 'web', '--env', 'pord'],
      'ENVIRONMENT_UNKNOWN .lockstep.yaml declares no environment "pord". Did you mean "prod"?',
    ],
    [
      ['--app', 'web', '--env', 'prod'],
      'OVERLAY_AMBIGUOUS web has an overlay for each cluster of prod. Add --cluster with one of eu, us.',
    ],
    [
      ['--app', 'web', '--env', 'prod', '--cluster', 'ue'],
      'CLUSTER_NOT_THERE prod has no cluster "ue". Did you mean "eu"?',
    ],
    [
      ['--app', 'cart', '--env', 'prod'],
      'OVERLAY_UNKNOWN cart has no overlay in prod. Add one, or name another environment.',
    ],
  ])('%j', async (words, line) => {
    expect(await render(...words)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` })
  })
})
