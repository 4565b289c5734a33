import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BatchAnswers } from '../../../src/adapters/git/batch-answers.ts'
import { BlobReader } from '../../../src/adapters/git/blob-reader.ts'
import { createGit, type Git } from '../../../src/adapters/git/run-git.ts'
import { eventually } from '../../support/eventually.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../../support/git-repository.ts'

const scratch = temporaryDirectory()
const contents = ['one\n', 'two\n', '', 'x'.repeat(200_000)]
let ids: string[]
let repository: TestRepository

beforeAll(() => {
  repository = createRepository(scratch.path)
  repository.commit('files', Object.fromEntries(contents.map((content, n) => [`file-${n}`, content])))
  ids = contents.map((_, n) => repository.git('rev-parse', `HEAD:file-${n}`))
})
afterAll(() => scratch.remove())

/** A reader of the repository, and how often it has started git. */
function countingReader(start = (git: Git, args: readonly string[]) => git.start(args)) {
  const git = createGit({ cwd: scratch.path })
  const children: ReturnType<Git['start']>[] = []
  const counting: Git = {
    ...git,
    start(args) {
      const child = start(git, args)
      children.push(child)
      return child
    },
  }
  return { reader: new BlobReader(counting), children }
}

const texts = (blobs: ReadonlyMap<string, Buffer>) => [...blobs.values()].map((blob) => blob.toString())

describe('blobs', () => {
  test('are what the repository holds, each once', async () => {
    const { reader } = countingReader()
    expect(texts(await reader.read([...ids, ids[0] as string]))).toEqual(contents)
    expect(await reader.read([])).toEqual(new Map())
  })

  test('are read by one git, whoever asks', async () => {
    const { reader, children } = countingReader()
    const asked = ids.map((id) => reader.read([id]))
    expect((await Promise.all(asked)).flatMap(texts)).toEqual(contents)
    expect(texts(await reader.read(ids.slice(1)))).toEqual(contents.slice(1))
    expect(children).toHaveLength(1)
  })

  test('are there though the git that stayed was killed, at rest or at work', async () => {
    const { reader, children } = countingReader()
    await reader.read(ids.slice(0, 1))
    children[0]?.kill('SIGKILL')
    expect(texts(await reader.read(ids))).toEqual(contents)
    const large = reader.read(ids.slice(3))
    children.at(-1)?.kill('SIGKILL')
    expect(texts(await large)).toEqual(contents.slice(3))
  })

  test('are there though no git can stay', async () => {
    const { reader } = countingReader(() => spawn('/nonexistent/git', { stdio: 'pipe' }))
    expect(texts(await reader.read(ids))).toEqual(contents)
  })

  test('that are committed after git was started are found', async () => {
    const { reader, children } = countingReader()
    await reader.read(ids)
    repository.commit('more', { 'file-new': 'new\n' })
    expect(texts(await reader.read([repository.git('rev-parse', 'HEAD:file-new')]))).toEqual(['new\n'])
    expect(children).toHaveLength(1)
  })

  test('that are lost are an error for who asks, and for nobody else', async () => {
    const { reader } = countingReader()
    const lost = reader.read(['0'.repeat(40)]).catch((error) => error.code)
    const noBlob = reader.read([repository.git('rev-parse', 'HEAD^{tree}')]).catch((error) => error.code)
    const there = reader.read(ids.slice(0, 1))
    expect([await lost, await noBlob, texts(await there)]).toEqual([
      'GIT_MIRROR_BROKEN',
      'GIT_MIRROR_BROKEN',
      ['one\n'],
    ])
  })

  test('leave no git behind when nobody asks any more', async () => {
    const { reader, children } = countingReader()
    await reader.read(ids)
    await eventually(() => children[0]?.exitCode !== null || children[0]?.signalCode !== null)
  })
})

test('answers of git are read the same in whatever pieces they come', () => {
  const answers = [
    { id: 'a'.repeat(40), blob: Buffer.from('blob\n with lines\n') },
    { id: 'b'.repeat(40) },
    { id: 'c'.repeat(40), blob: Buffer.alloc(0) },
    { id: 'd'.repeat(40), blob: Buffer.from(`${'e'.repeat(40)} missing\n`) },
  ]
  const text = answers
    .map(({ id, blob }) => (blob ? `${id} blob ${blob.length}\n${blob}\n` : `${id} missing\n`))
    .join('')
  const cuts = fc.array(fc.nat(text.length)).map((places) => [0, ...places.toSorted((a, b) => a - b), text.length])
  fc.assert(
    fc.property(cuts, (places) => {
      const reader = new BatchAnswers()
      const pieces = places.slice(1).map((end, n) => Buffer.from(text.slice(places[n], end)))
      expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(answers)
    }),
  )
})
