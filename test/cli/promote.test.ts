import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { replaceFiles } from '../../src/cli/promote/replace-files.ts'
import { memoryTree } from '../../src/model/tree.ts'
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
    files: [{ path: STAGING, edits: [change] }],
    planHash: expect.stringMatching(/^[\da-f]{64}$/),
    reasons: [],
  })
  expect(clone.git('status', '--porcelain')).toBe('')
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
    [['--app', 'checkout', '--to', 'stagin'], 'staging'],
    [['--app', 'chekout', '--to', 'staging'], 'checkout'],
    [['--to', 'staging'], '--app'],
  ])('%j', async (words, told) => {
    const { code, stderr } = await promote(...words)
    expect(code).toBe(2)
    expect(stderr).toContain(told)
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
