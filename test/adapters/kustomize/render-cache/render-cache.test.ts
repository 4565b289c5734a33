import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { RenderCache } from '../../../../src/adapters/kustomize/render-cache/render-cache.ts'
import { temporaryDirectory } from '../../../support/git-repository.ts'
import { keyOf, sampleRender } from '../../../support/sample-renders.ts'

const scratch = temporaryDirectory()
afterAll(() => scratch.remove())

const MB = 1024 ** 2

test('without a disk as much as fits into memory is kept', async () => {
  const cache = new RenderCache({ memoryBytes: MB })
  for (let n = 0; n < 20; n++) await cache.set(keyOf(n), sampleRender(n, 100_000))
  expect(await cache.get(keyOf(0))).toBeUndefined()
  expect(await cache.get(keyOf(19))).toEqual(sampleRender(19, 100_000))
})

test('what memory has no room for comes from disk, and what disk has lost from memory', async () => {
  const disk = { directory: join(scratch.path, 'renders'), maxBytes: 64 * MB }
  const cache = new RenderCache({ memoryBytes: MB, disk })
  for (let n = 0; n < 20; n++) await cache.set(keyOf(n), sampleRender(n, 100_000))
  expect(await cache.get(keyOf(0))).toEqual(sampleRender(0, 100_000))
  scratch.remove()
  expect(await cache.get(keyOf(0))).toEqual(sampleRender(0, 100_000))
  expect(await cache.get(keyOf(1))).toBeUndefined()
})

test('no room on disk is no disk', async () => {
  const directory = join(scratch.path, 'none')
  await new RenderCache({ memoryBytes: MB, disk: { directory, maxBytes: 0 } }).set(keyOf(1), sampleRender(1))
  expect(await new RenderCache({ memoryBytes: 0, disk: { directory, maxBytes: MB } }).get(keyOf(1))).toBeUndefined()
})
