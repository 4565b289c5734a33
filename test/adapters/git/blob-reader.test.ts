import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BlobReader } from '../../../src/adapters/git/blob-reader.ts'
import { createGit, type Git } from '../../../src/adapters/git/run-git.ts'
import { createRepository, temporaryDirectory } from '../../support/git-repository.ts'

const scratch = temporaryDirectory()
const contents = ['one\n', 'two\n', '', 'x'.repeat(200_000)]
let ids: string[]

beforeAll(() => {
  const repository = createRepository(scratch.path)
  repository.commit('files', Object.fromEntries(contents.map((content, n) => [`file-${n}`, content])))
  ids = contents.map((_, n) => repository.git('rev-parse', `HEAD:file-${n}`))
})
afterAll(() => scratch.remove())

/** A reader of the repository, and how often it has started git. */
function countingReader() {
  const git = createGit({ cwd: scratch.path })
  const calls: string[] = []
  const counting: Git = {
    ...git,
    run(args, options) {
      calls.push(options?.input ?? '')
      return git.run(args, options)
    },
  }
  return { reader: new BlobReader(counting), calls }
}

const texts = (blobs: ReadonlyMap<string, Buffer>) => [...blobs.values()].map((blob) => blob.toString())

describe('blobs', () => {
  test('are what the repository holds, each once', async () => {
    const { reader } = countingReader()
    expect(texts(await reader.read([...ids, ids[0] as string]))).toEqual(contents)
    expect(await reader.read([])).toEqual(new Map())
  })

  test('that are asked for at the same time, or while git runs, are read together', async () => {
    const { reader, calls } = countingReader()
    const [one = '', two = '', empty = ''] = ids
    const first = [reader.read([one]), reader.read([one, two])]
    await new Promise((resolve) => setImmediate(resolve))
    const later = [reader.read([empty]), reader.read([empty, one])]
    expect((await Promise.all([...first, ...later])).map((blobs) => texts(blobs).sort())).toEqual([
      ['one\n'],
      ['one\n', 'two\n'],
      [''],
      ['', 'one\n'],
    ])
    expect(calls).toHaveLength(2)
  })

  test('are read once where they are small, and again where they are not', async () => {
    const { reader, calls } = countingReader()
    await reader.read(ids)
    expect(texts(await reader.read(ids.slice(0, 3)))).toEqual(contents.slice(0, 3))
    expect(calls).toHaveLength(1)
    expect(texts(await reader.read(ids))).toEqual(contents)
    expect(calls.slice(1)).toEqual([`${ids[3]}\n`])
  })

  test('that are lost keep nobody from theirs', async () => {
    const { reader } = countingReader()
    const lost = reader.read(['0'.repeat(40)]).catch((error) => error.code)
    const there = reader.read(ids.slice(0, 1))
    expect([await lost, texts(await there)]).toEqual(['GIT_MIRROR_BROKEN', ['one\n']])
  })
})
