import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createRepository, type Files, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runCommand } from '../support/run-command.ts'

const temporary = temporaryDirectory('lockstep-validate')
let clones = 0

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

const CONFIG = `version: 1
overlays: apps/{app}/{environment}
environments:
  - { name: dev, cluster: one }
  - { name: prod, cluster: one, after: [dev] }
`
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`
const overlay = (namespace: string) => `namespace: ${namespace}\nresources: [settings.yaml]\n`
const SOUND: Files = {
  '.lockstep.yaml': CONFIG,
  'apps/web/dev/kustomization.yaml': overlay('dev'),
  'apps/web/dev/settings.yaml': configMap('settings'),
  'apps/web/prod/kustomization.yaml': overlay('prod'),
  'apps/web/prod/settings.yaml': configMap('settings'),
}

/** `lockstep validate` on a clone that holds the sound files with changes, not committed. */
function validate(changes: Files = {}, words: readonly string[] = []) {
  const clone = createRepository(`${temporary.path}/${++clones}`)
  clone.commit('sound', SOUND)
  clone.write(changes)
  return runCommand(['validate', '--repo', clone.path, ...words])
}

test('a sound repository has no findings, and says so', async () => {
  expect(await validate()).toEqual({ code: 0, stdout: '', stderr: '2 overlays, no findings\n' })
})

describe('a finding is one line with its place, and the exit code is 1', () => {
  test.each<[what: string, changes: Files, line: RegExp]>([
    [
      'a missing base',
      { 'apps/web/prod/kustomization.yaml': 'resources:\n  - ../base\n' },
      /^apps\/web\/prod\/kustomization\.yaml:2:\d+ OVERLAY_MISSING_BASE .+/,
    ],
    [
      'an overlay kustomize refuses',
      { 'apps/web/prod/settings.yaml': 'kind: [\n' },
      /^apps\/web\/prod\S* KUSTOMIZE_FAILED .+/,
    ],
    ['a directory that is no name', { 'apps/-x/dev/kustomization.yaml': '' }, /^apps\/-x\/dev LAYOUT_NAME .+/],
    [
      'an environment without overlay',
      { 'apps/web/prod/kustomization.yaml': null },
      /^\.lockstep\.yaml LAYOUT_EMPTY prod has no overlay\. .+/,
    ],
    [
      'a rule for no application',
      { '.lockstep.yaml': `${CONFIG}carry: [{ path: x, apps: [wbe] }]\n` },
      /^\.lockstep\.yaml APP_UNKNOWN .+ Did you mean "web"\?/,
    ],
    [
      'two owners of one object',
      { 'apps/web/prod/kustomization.yaml': overlay('dev') },
      /^apps\/web\/prod OBJECT_OWNED_TWICE apps\/web\/dev holds the same object for the cluster one\. \(ConfigMap\/settings\) .+/,
    ],
  ])('%s', async (_, changes, line) => {
    const { code, stdout } = await validate(changes)
    expect([code, stdout.trim().split('\n').length]).toEqual([1, 1])
    expect(stdout).toMatch(line)
  })

  test('a fault of the configuration', async () => {
    const { code, stdout, stderr } = await validate({ '.lockstep.yaml': CONFIG.replace('after', 'aftr') })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      '.lockstep.yaml:5:33 CONFIG_UNKNOWN_KEY environments[1] has an unknown key "aftr". Did you mean "after"?\n',
    )
  })

  test('no configuration', async () => {
    const { code, stderr } = await validate({ '.lockstep.yaml': null })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^CONFIG_MISSING .+ has no \.lockstep\.yaml\./)
  })
})

test('a fault of a base that overlays share is one finding', async () => {
  const shared = 'resources: [../../base]\n'
  const { stdout } = await validate({
    'apps/web/dev/kustomization.yaml': shared,
    'apps/web/prod/kustomization.yaml': shared,
    'apps/base/kustomization.yaml': 'resources:\n  - nothing.yaml\n',
  })
  expect(stdout.trim().split('\n')).toHaveLength(1)
})

test('all findings come at once, and in JSON with every overlay', async () => {
  const broken: Files = {
    'apps/web/prod/kustomization.yaml': 'resources:\n  - ../base\n',
    'apps/-x/dev/kustomization.yaml': '',
  }
  const { code, stdout, stderr } = await validate(broken, ['--format', 'json'])
  expect([code, stderr]).toEqual([1, ''])
  const report = JSON.parse(stdout)
  expect(report.overlays).toEqual([
    { application: 'web', environment: 'dev', path: 'apps/web/dev', status: 'valid' },
    { application: 'web', environment: 'prod', path: 'apps/web/prod', status: 'error' },
  ])
  expect(report.findings.map(({ code }: { code: string }) => code)).toEqual(['LAYOUT_NAME', 'OVERLAY_MISSING_BASE'])
})

test('in Markdown, names of files cannot become markup', async () => {
  const { stdout } = await validate({ 'apps/a`b*<i>/dev/kustomization.yaml': '' }, ['--format', 'markdown'])
  expect(stdout).toMatch(/^2 overlays, 1 findings?\.\n\n- `` apps\/a`b\*<i>\/dev LAYOUT_NAME .+ ``\n$/)
})

test('--ref looks at a commit instead of the files', async () => {
  expect((await validate({ '.lockstep.yaml': 'x: 1' }, ['--ref', 'HEAD'])).code).toBe(0)
  const { code, stderr } = await validate({}, ['--ref', 'nowhere'])
  expect(code).toBe(2)
  expect(stderr).toContain('REVISION_UNKNOWN')
})

test('outside a clone is wrong usage', async () => {
  const { code, stderr } = await runCommand(['validate', '--repo', temporary.path])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^GIT_NOT_A_REPOSITORY /)
})
