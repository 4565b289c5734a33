import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { BuildDeclined, type Builder } from '../../../../src/adapters/kustomize/builder.ts'
import { findKustomize } from '../../../../src/adapters/kustomize/find-binary.ts'
import { createEventualBuilder } from '../../../../src/adapters/kustomize/resident/eventual-builder.ts'
import { findRenderer } from '../../../../src/adapters/kustomize/resident/find-renderer.ts'
import { rawRequest } from '../../../support/build-request.ts'
import { eventually } from '../../../support/eventually.ts'
import { temporaryDirectory } from '../../../support/git-repository.ts'
import { goForTests } from '../../../support/go.ts'
import { kustomizeForTests } from '../../../support/kustomize.ts'
import { residentRendererForTests } from '../../../support/resident-renderer.ts'

const kustomize = await kustomizeForTests()
const { version } = await findKustomize(kustomize)
const program = await residentRendererForTests()
const go = await goForTests()
const residentTest = program === undefined ? test.todo.bind(test) : test
const goTest = go === undefined ? test.todo.bind(test) : test

let temporary: ReturnType<typeof temporaryDirectory>
let env: Record<string, string | undefined>
let said: string[]
let builder: Builder

beforeEach(() => {
  temporary = temporaryDirectory('lockstep-eventual')
  env = {
    ...process.env,
    LOCKSTEP_CACHE: join(temporary.path, 'cache'),
    LOCKSTEP_RENDERER: undefined,
    KUSTOMIZE_BIN: kustomize,
  }
  said = []
})
afterEach(async () => {
  await builder.close()
  temporary.remove()
})

function open(more: Record<string, string>, worthAfter?: number): void {
  const say = (line: string) => said.push(line)
  builder = createEventualBuilder({ env: { ...env, ...more }, say, ...(worthAfter !== undefined && { worthAfter }) })
}

/** A kustomize that says it is another one. */
function anotherKustomize(): string {
  const path = join(temporary.path, 'kustomize')
  writeFileSync(path, '#!/bin/sh\necho v5.0.0\n', { mode: 0o755 })
  return path
}

const request = rawRequest({ 'prod/kustomization.yaml': 'configMapGenerator: [{name: a}]\n' })
const build = () => builder.build(request).then(String, (error) => error)
const served = expect.stringContaining('kind: ConfigMap')
const declined = expect.any(BuildDeclined)

residentTest('a renderer that is there serves from the first build on', async () => {
  open({ LOCKSTEP_RENDERER: program as string })
  expect(await builder.version()).toBe(version)
  expect(await build()).toEqual(served)
  expect(said).toEqual([])
})

residentTest('a kustomize that was named is not replaced by another version', async () => {
  open({ LOCKSTEP_RENDERER: program as string, KUSTOMIZE_BIN: anotherKustomize() })
  await expect(builder.version()).rejects.toBeInstanceOf(BuildDeclined)
  expect(await build()).toEqual(declined)
})

residentTest('where no kustomize was named, the renderer serves whatever else is installed', async () => {
  anotherKustomize()
  open({ LOCKSTEP_RENDERER: program as string, KUSTOMIZE_BIN: '', PATH: temporary.path })
  expect(await builder.version()).toBe(version)
})

goTest(
  'one that is missing is built beside the work once that is worth it, and takes over',
  async () => {
    open({}, 2)
    for (let count = 0; count < 2; count += 1) expect(await build()).toEqual(declined)
    await expect(builder.version()).rejects.toBeInstanceOf(BuildDeclined)
    expect(said).toEqual([])
    await eventually(
      async () => typeof (await build()) === 'string',
      () => said.join('\n'),
      100_000,
    )
    expect(await builder.version()).toBe(version)
    expect(said).toEqual([
      'building the resident renderer with Go, once; the kustomize binary builds overlays meanwhile',
    ])
  },
  120_000,
)

goTest(
  'one that is built in the middle never mixes two versions of kustomize',
  async () => {
    const mixed = { KUSTOMIZE_BIN: anotherKustomize() }
    open(mixed, 0)
    await eventually(
      async () => {
        await build()
        return (await findRenderer({ ...env, ...mixed })).program
      },
      () => said.join('\n'),
      100_000,
    )
    await sleep(200)
    expect(await build()).toEqual(declined)
  },
  120_000,
)

test('a program that cannot be run leaves everything to the binary, and one sentence says so', async () => {
  open({ LOCKSTEP_RENDERER: '/bin/false' })
  for (let count = 0; count < 3; count += 1) expect(await build()).toEqual(declined)
  expect(said).toEqual(['no resident renderer: /bin/false cannot be run; the kustomize binary builds every overlay'])
})

test('turned off it is neither looked for nor built', async () => {
  open({ LOCKSTEP_RENDERER: 'off' }, 0)
  for (let count = 0; count < 3; count += 1) expect(await build()).toEqual(declined)
  await sleep(50)
  expect(said).toEqual([])
})
