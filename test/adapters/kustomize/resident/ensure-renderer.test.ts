import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { ensureRenderer } from '../../../../src/adapters/kustomize/resident/ensure-renderer.ts'
import { findRenderer } from '../../../../src/adapters/kustomize/resident/find-renderer.ts'
import { sourcesDigest } from '../../../../src/adapters/kustomize/resident/renderer-sources.ts'
import { temporaryDirectory } from '../../../support/git-repository.ts'
import { goForTests } from '../../../support/go.ts'

const go = await goForTests()
const goTest = go === undefined ? test.todo.bind(test) : test
const PROGRAM = fileURLToPath(new URL('../../../fixtures/go-program', import.meta.url))

let temporary: ReturnType<typeof temporaryDirectory>
let folder: string
let env: Record<string, string | undefined>
let said: string[]
const say = (line: string) => said.push(line)

beforeEach(() => {
  temporary = temporaryDirectory('lockstep-ensure')
  folder = join(temporary.path, 'renderer')
  cpSync(PROGRAM, folder, { recursive: true })
  env = { ...process.env, LOCKSTEP_CACHE: join(temporary.path, 'cache'), LOCKSTEP_RENDERER: undefined }
  said = []
})
afterEach(() => temporary.remove())

const built = () => readdirSync(join(temporary.path, 'cache', 'bin'))

goTest(
  'it is built once, named for its sources, and found again',
  async () => {
    const [program, other] = await Promise.all([
      ensureRenderer({ env, folder, say }),
      ensureRenderer({ env, folder, say: () => {} }),
    ])
    expect(program).toBe(join(temporary.path, 'cache', 'bin', `lockstep-renderer-${await sourcesDigest(folder)}`))
    expect(other).toBe(program)
    expect(said.length).toBeGreaterThan(0)
    expect(built()).toHaveLength(1)
    said = []
    expect(await ensureRenderer({ env, folder, say })).toBe(program)
    expect(said).toEqual([])
  },
  120_000,
)

goTest('other sources are another program; its tests are no source', async () => {
  const before = await sourcesDigest(folder)
  writeFileSync(join(folder, 'main_test.go'), 'package main\n')
  expect(await sourcesDigest(folder)).toBe(before)
  writeFileSync(join(folder, 'more.go'), 'package main\n')
  expect(await sourcesDigest(folder)).not.toBe(before)
  expect(await sourcesDigest(temporary.path)).toBeUndefined()
})

goTest(
  'a build that fails is told in one sentence and leaves nothing behind',
  async () => {
    writeFileSync(join(folder, 'main.go'), 'package main\n\nfunc main() { nope() }\n')
    expect(await ensureRenderer({ env, folder, say })).toBeUndefined()
    expect(said.at(-1)).toMatch(
      /^no resident renderer: Go could not build it \(.*undefined: nope.*\); the kustomize binary/,
    )
    expect(built()).toEqual([])
  },
  120_000,
)

goTest(
  'what a killed build left is swept away by the next',
  async () => {
    const target = String((await findRenderer(env, folder)).target)
    const left = join(temporary.path, 'cache', 'bin', `.${target.split('/').at(-1)}-999999`)
    mkdirSync(left, { recursive: true })
    expect(await ensureRenderer({ env, folder, say })).toBe(target)
    expect(existsSync(left)).toBe(false)
  },
  120_000,
)

test('without Go the binary serves, and one sentence says why', async () => {
  expect(await ensureRenderer({ env: { ...env, PATH: '/nonexistent' }, folder, say })).toBeUndefined()
  expect(said).toEqual([
    'no resident renderer: Go, which builds it, was not found on PATH; the kustomize binary builds every overlay',
  ])
})

test('an installation without the sources says so', async () => {
  expect(await ensureRenderer({ env, folder: temporary.path, say })).toBeUndefined()
  expect(said).toEqual([expect.stringContaining('neither it nor its sources are part of this installation')])
})

test('LOCKSTEP_RENDERER names a ready one, or turns it off', async () => {
  const ensure = (LOCKSTEP_RENDERER: string) => ensureRenderer({ env: { ...env, LOCKSTEP_RENDERER }, folder, say })
  expect(await ensure('/bin/true')).toBe('/bin/true')
  expect(await ensure('off')).toBeUndefined()
  expect(await ensure('/nonexistent/renderer')).toBeUndefined()
  expect(said).toEqual([expect.stringContaining('LOCKSTEP_RENDERER names /nonexistent/renderer, which cannot be run')])
})

test('a program beside the sources, as an image has it, needs neither sources nor Go', async () => {
  const image = join(temporary.path, 'image')
  mkdirSync(image)
  cpSync('/bin/true', join(image, 'lockstep-renderer'))
  const found = await ensureRenderer({ env: { ...env, PATH: '/nonexistent' }, folder: image, say })
  expect(found).toBe(join(image, 'lockstep-renderer'))
})
