import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { shopFiles } from '../support/overlay-repository.ts'
import { runCommand } from '../support/run-command.ts'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: lab, cluster: lab }
  - { name: staging, cluster: staging, after: [dev, lab] }
`
const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const DIGEST = `sha256:${'a'.repeat(64)}`
const temporary = temporaryDirectory('lockstep-bump')
afterAll(() => temporary.remove())

let clone: TestRepository
let made = 0
beforeEach(() => {
  clone = createRepository(`${temporary.path}/${made++}`)
  clone.commit('start', { '.lockstep.yaml': CONFIG, ...shopFiles(['1.2.0', '1.1.0', '1.0.0']) })
})

const bump = (...words: string[]) => runCommand(['bump', '--repo', clone.path, '--app', 'checkout', ...words])
const dev = () => readFileSync(join(clone.path, DEV), 'utf8')

test('edits the tag alone, and the second time nothing', async () => {
  const before = dev()
  const { code, stdout } = await bump('--image', 'shop/checkout=1.3.0')
  expect([code, stdout]).toEqual([
    0,
    `checkout in dev: changed\n  images[name=shop/checkout].newTag: 1.2.0 → 1.3.0 (${DEV}:6)\n`,
  ])
  expect(dev()).toBe(before.replace('1.2.0', '1.3.0'))
  expect(clone.git('status', '--porcelain')).toBe(`M ${DEV}`)
  const again = await bump('--image', 'shop/checkout=1.3.0')
  expect([again.code, again.stdout]).toEqual([0, 'checkout in dev: nothing to bump\n'])
})

test('--dry-run changes nothing; --format json answers as promote does', async () => {
  const { code, stdout } = await bump('--image', `shop/checkout=1.3.0@${DIGEST}`, '--dry-run', '--format', 'json')
  const place = { file: DEV }
  const carried = [
    { path: 'images[name=shop/checkout].newTag', before: '1.2.0', after: '1.3.0', line: 6, ...place },
    { path: 'images[name=shop/checkout].digest', before: null, after: DIGEST, line: 5, ...place },
  ]
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    application: 'checkout',
    from: null,
    to: 'dev',
    versions: [{ name: 'shop/checkout', tag: '1.3.0', digest: DIGEST }],
    carried,
    kept: [],
    unexplained: [],
    files: [{ path: DEV, edits: carried }],
    planHash: expect.stringMatching(/^[\da-f]{64}$/),
    reasons: [],
  })
  expect(clone.git('status', '--porcelain')).toBe('')
})

test('an older version is refused with exit code 1, unless it is meant', async () => {
  const refused = await bump('--image', 'shop/checkout=1.2.0-rc.1')
  expect([refused.code, refused.stderr.includes('VERSION_OLDER')]).toEqual([1, true])
  expect(clone.git('status', '--porcelain')).toBe('')
  expect((await bump('--image', 'shop/checkout=1.2.0-rc.1', '--allow-downgrade')).code).toBe(0)
  expect(dev()).toContain('newTag: 1.2.0-rc.1 # set by promotions')
})

describe('where new versions may begin in several environments', () => {
  beforeEach(() => clone.write({ 'apps/checkout/overlays/lab/kustomization.yaml': dev() }))

  test('one has to be named', async () => {
    const { code, stderr } = await bump('--image', 'shop/checkout=1.3.0')
    expect(code).toBe(2)
    expect(stderr).toMatch(/several environments: dev, lab\. Name one with --env,/)
  })

  test('the named one alone is changed', async () => {
    expect((await bump('--image', 'shop/checkout=1.3.0', '--env', 'lab')).code).toBe(0)
    expect(dev()).toContain('1.2.0')
  })
})

describe('wrong usage is told once, with exit code 2', () => {
  test.each([
    [['--image', 'shop/chekout=1.3.0'], 'IMAGE_UNKNOWN', 'Did you mean "shop/checkout"?'],
    [['--image', 'shop/checkout'], 'VERSION_INVALID', 'NAME=TAG'],
    [['--image', 'shop/checkout=1@sha256:abc'], 'VERSION_INVALID', 'NAME=TAG'],
    [['--image', 'shop/checkout=1.3.0', '--image', 'shop/checkout=1.4.0'], 'VERSION_INVALID', 'Two versions'],
    [['--image', 'shop/checkout=1.3.0', '--env', 'staging'], 'NOT_FIRST_ENVIRONMENT', 'begin in dev'],
    [[], 'OPTION_MISSING', '--image'],
  ])('%j', async (words, problem, told) => {
    const { code, stderr } = await bump(...words)
    expect(code).toBe(2)
    expect(stderr.match(/^[A-Z_]{6,}/gm)).toEqual([problem])
    expect(stderr).toContain(told)
  })

  test('an application that is not there', async () => {
    const { code, stderr } = await runCommand(['bump', '--repo', clone.path, '--app', 'chekout', '--image', 'a=1'])
    expect([code, stderr.includes('Did you mean "checkout"?')]).toEqual([2, true])
  })

  test('nobody to speak as, and no repository to speak of', async () => {
    const { code, stderr } = await bump('--image', 'shop/checkout=1.3.0', '--open')
    expect(code).toBe(2)
    expect(stderr).toContain('GITHUB_TOKEN is not set')
    expect(stderr).toContain('--repository OWNER/NAME')
  })
})
