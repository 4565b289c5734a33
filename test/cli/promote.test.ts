import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { replaceFiles } from '../../src/cli/promote/replace-files.ts'
import { memoryTree } from '../../src/model/tree.ts'
import { compileSchema } from '../support/diff-schema.ts'
import { createRepository, type Files, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { overlayYaml, shopFiles } from '../support/overlay-repository.ts'
import { runCommand } from '../support/run-command.ts'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, cluster: staging, after: [dev] }
  - { name: prod, cluster: prod, after: [dev, staging] }
`
const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'
const temporary = temporaryDirectory('lockstep-promote')
afterAll(() => temporary.remove())

let clone: TestRepository
let made = 0
beforeEach(() => {
  clone = createRepository(`${temporary.path}/${made++}`)
  clone.commit('start', { '.lockstep.yaml': CONFIG, ...shopFiles(['v2', 'v1', 'v1']) })
})

const promote = (...words: string[]) => runCommand(['promote', '--repo', clone.path, ...words])
const staging = () => readFileSync(join(clone.path, STAGING), 'utf8')

test('edits the tag alone, and the second time nothing', async () => {
  const before = staging()
  const { code, stdout } = await promote('--app', 'checkout', '--to', 'staging')
  expect(code).toBe(0)
  expect(stdout).toContain(`images[name=shop/checkout].newTag: v1 → v2 (${STAGING}:6)`)
  expect(staging()).toBe(before.replace('v1', 'v2'))
  expect(clone.git('status', '--porcelain')).toBe(`M ${STAGING}`)
  expect(readdirSync(join(clone.path, STAGING, '..'))).toEqual(['kustomization.yaml'])
  const again = await promote('--app', 'checkout', '--to', 'staging')
  expect([again.code, again.stdout.includes('nothing to promote')]).toEqual([0, true])
})

test('--dry-run changes nothing; --format json answers with the plan', async () => {
  const { code, stdout } = await promote('--app', 'checkout', '--to', 'staging', '--dry-run', '--format', 'json')
  const change = { path: 'images[name=shop/checkout].newTag', before: 'v1', after: 'v2', file: STAGING, line: 6 }
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    application: 'checkout',
    from: 'dev',
    to: 'staging',
    carried: [change],
    kept: [{ path: 'replicas[name=checkout].count', from: '1', to: '2' }],
    unexplained: [],
    overwrites: [],
    files: [{ path: STAGING, edits: [change] }],
    planHash: expect.stringMatching(/^[\da-f]{64}$/),
    reasons: [],
  })
  expect(clone.git('status', '--porcelain')).toBe('')
})

describe('--format json fits the published schema', () => {
  const isPlan = compileSchema('promote')
  const SECRET = 'secretGenerator:\n- name: key\n  literals: [token=hush]\n'

  test.each([
    ['where something moves', ['--app', 'checkout', '--to', 'staging']],
    ['where nothing does', ['--app', 'cart', '--to', 'staging']],
    ['from an environment that is named', ['--app', 'checkout', '--to', 'prod', '--from', 'dev']],
  ])('%s', async (_, words) => {
    const { code, stdout } = await promote(...words, '--dry-run', '--format', 'json')
    const plan = JSON.parse(stdout)
    expect([code, isPlan(plan), isPlan.errors]).toEqual([0, true, null])
    expect(plan.reasons.length).toBe(plan.carried.length > 0 ? 0 : 1)
  })

  test('and shows nothing of a generated secret', async () => {
    clone.write({ 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', 'v2', SECRET) })
    for (const format of ['json', 'text', 'markdown']) {
      const { stdout } = await promote('--app', 'checkout', '--to', 'staging', '--dry-run', '--format', format)
      expect(stdout).toContain('secretGenerator')
      expect(stdout).not.toContain('hush')
      if (format === 'json') expect([isPlan(JSON.parse(stdout)), isPlan.errors]).toEqual([true, null])
    }
  })

  test('and equal files give an equal hash', async () => {
    const hash = async () =>
      JSON.parse((await promote('--app', 'checkout', '--to', 'staging', '--dry-run', '--format', 'json')).stdout)
        .planHash
    const first = await hash()
    expect(await hash()).toBe(first)
    clone.write({ 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', 'v3') })
    expect(await hash()).not.toBe(first)
  })
})

test('--from chooses whose values move, where several environments come before', async () => {
  clone.write({ [STAGING]: overlayYaml('checkout', 'v7') })
  const moved = async (from: string) =>
    (await promote('--app', 'checkout', '--to', 'prod', '--from', from, '--dry-run')).stdout
  expect(await moved('dev')).toContain('v1 → v2')
  expect(await moved('staging')).toContain('v1 → v7')
})

test('text and Markdown tell what moves, where, what stays, and the plan', async () => {
  const dry = ['--app', 'checkout', '--to', 'staging', '--dry-run']
  const text = await promote(...dry)
  expect(text.stdout).toMatch(
    new RegExp(
      [
        '^checkout: dev → staging: would carry',
        `  images\\[name=shop/checkout\\].newTag: v1 → v2 \\(${STAGING}:6\\)`,
        'kept as it is',
        '  replicas\\[name=checkout\\].count: dev 1, staging 2',
        'plan [\\da-f]{12}: nothing was changed\n$',
      ].join('\n'),
    ),
  )
  const markdown = await promote(...dry, '--format', 'markdown')
  expect(markdown.stdout.split('\n').slice(0, 6)).toEqual([
    '### `checkout`: `dev` → `staging`',
    '',
    '| carried | before | after | where |',
    '| --- | --- | --- | --- |',
    `| \`images[name=shop/checkout].newTag\` | \`v1\` | \`v2\` | \`${STAGING}:6\` |`,
    '',
  ])
  expect(markdown.stdout).toContain('| `replicas[name=checkout].count` | `1` | `2` |')
})

test('values are inert in Markdown, and without control characters in text', async () => {
  const hostile = overlayYaml('checkout', '"`|@acme/sre <b>\\e[31m"')
  clone.write({ 'apps/checkout/overlays/dev/kustomization.yaml': hostile })
  const dry = ['--app', 'checkout', '--to', 'staging', '--dry-run']
  const markdown = await promote(...dry, '--format', 'markdown')
  expect(markdown.stdout).toContain('`` `\\|@acme/sre <b>')
  expect((await promote(...dry)).stdout).not.toContain('\u001b')
})

test('with --format json a refusal is one document on stdout, with a code and a remedy', async () => {
  const { code, stdout, stderr } = await promote('--app', 'chekout', '--to', 'staging', '--format', 'json')
  const message = expect.stringContaining('"chekout"')
  expect([code, stderr]).toEqual([2, ''])
  expect(JSON.parse(stdout)).toEqual({ code: 'APP_UNKNOWN', message, remedy: 'Did you mean "checkout"?' })
})

test('files as they are now are the source', async () => {
  clone.write({ 'apps/checkout/overlays/dev/kustomization.yaml': overlayYaml('checkout', '"1.20"') })
  await promote('--app', 'checkout', '--to', 'staging')
  expect(staging()).toContain('newTag: "1.20" # set by promotions')
})

describe('wrong usage is told, with exit code 2', () => {
  test.each([
    [['--app', 'checkout', '--to', 'dev'], 'Nothing comes before dev'],
    [['--app', 'checkout', '--to', 'prod'], '--from with one of dev, staging'],
    [['--app', 'checkout', '--to', 'prod', '--from', 'prod'], 'cannot be promoted to itself'],
    [['--app', 'checkout', '--to', 'stagin'], 'Did you mean "staging"?'],
    [['--app', 'checkout', '--to', 'prod', '--from', 'deb'], 'Did you mean "dev"?'],
    [['--app', 'mobile', '--to', 'staging'], 'name one of dev'],
    [['--app', 'chekout', '--to', 'staging'], 'Did you mean "checkout"?'],
    [['--to', 'staging'], '--app'],
  ])('%j', async (words, told) => {
    clone.write({ 'apps/mobile/overlays/dev/kustomization.yaml': overlayYaml('mobile', 'v1') })
    const { code, stdout, stderr } = await promote(...words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(told)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

test('what cannot be edited alone is refused with file and line, and exit code 1', async () => {
  clone.write({ [STAGING]: 'images:\n- name: shop/checkout\n  newTag: &tag v1\ncommonLabels: {tag: *tag}\n' })
  const { code, stderr } = await promote('--app', 'checkout', '--to', 'staging')
  expect(code).toBe(1)
  expect(stderr).toContain(`${STAGING}:3`)
  expect(stderr).toContain('YAML_NOT_EDITABLE')
})

describe('writing files', () => {
  const changes = [
    { path: 'a/one', content: 'new' },
    { path: 'two', content: 'new' },
  ]
  const files = { 'a/one': 'old', two: 'old' }

  test('keeps modes', async () => {
    clone.write({ ...files, 'a/one': { executable: 'old' } })
    await replaceFiles(clone.path, memoryTree(files), changes)
    expect(statSync(join(clone.path, 'a/one')).mode & 0o777).toBe(0o755)
    expect(readFileSync(join(clone.path, 'two'), 'utf8')).toBe('new')
  })

  test.each<[string, Files]>([
    ['changed meanwhile', { two: 'other' }],
    ['went meanwhile', { two: null }],
    ['is a link', { two: { link: 'a/one' } }],
    ['stands behind a link out of the clone', { a: { link: temporary.path } }],
  ])('writes none where one %s', async (_, surprise) => {
    clone.write({ ...files, ...surprise })
    const all = () => [
      clone.git('status', '--porcelain', '--untracked-files=all'),
      ...Object.keys(files).map(contentOf),
    ]
    const before = all()
    for (const order of [changes, changes.toReversed()])
      await expect(replaceFiles(clone.path, memoryTree(files), order)).rejects.toThrow(/WORK_TREE_CHANGED/)
    expect(all()).toEqual(before)
  })
})

function contentOf(path: string): string | undefined {
  const full = join(clone.path, path)
  return existsSync(full) ? readFileSync(full, 'utf8') : undefined
}
