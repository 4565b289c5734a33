import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { packRender } from '../../../../src/adapters/kustomize/render-cache/packed-render.ts'
import { RenderStore } from '../../../../src/adapters/kustomize/render-cache/render-store.ts'
import { temporaryDirectory } from '../../../support/git-repository.ts'
import { keyOf, sampleRender } from '../../../support/sample-renders.ts'

const MB = 1024 ** 2
let scratch: ReturnType<typeof temporaryDirectory>
let directory: string
let troubles: Error[]

beforeEach(() => {
  scratch = temporaryDirectory()
  directory = join(scratch.path, 'renders')
  troubles = []
})
afterEach(() => scratch.remove())

const open = (maxBytes = 64 * MB) =>
  new RenderStore({ directory, maxBytes, onTrouble: (error) => troubles.push(error) })
const pathOf = (n: number) => join(directory, keyOf(n).slice(0, 2), keyOf(n).slice(2))
const write = (store: RenderStore, n: number, bytes?: number) =>
  store.write(keyOf(n), packRender(sampleRender(n, bytes)))

function entries(): string[] {
  const shards = readdirSync(directory).filter((name) => name.length === 2)
  return shards.flatMap((shard) => readdirSync(join(directory, shard)).map((name) => join(directory, shard, name)))
}

function bytesUsed(): number {
  return entries().reduce((sum, path) => sum + statSync(path).size, 0)
}

describe('renders on disk', () => {
  test('are there for the next process, byte for byte', async () => {
    await write(open(), 1)
    expect(await open().read(keyOf(1))).toEqual(packRender(sampleRender(1)))
    expect(await open().read(keyOf(2))).toBeUndefined()
  })

  test('can be looked into by their owner alone, since they hold Secrets', async () => {
    mkdirSync(directory, { mode: 0o755 })
    await write(open(), 1)
    const modes = [directory, join(directory, keyOf(1).slice(0, 2)), pathOf(1), join(directory, 'usage')]
    expect(modes.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['700', '700', '600', '600'])
  })

  test.each<[string, (path: string) => void]>([
    ['truncated', (path) => truncateSync(path, statSync(path).size - 1)],
    ['emptied', (path) => truncateSync(path, 0)],
    ['changed', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('value', 'valve'))],
    ['another entry', (path) => writeFileSync(path, 'not a render')],
  ])('are built again, and the file removed, when it was %s', async (_how, damage) => {
    await write(open(), 1)
    damage(pathOf(1))
    expect(await open().read(keyOf(1))).toBeUndefined()
    expect(entries()).toEqual([])
  })

  test('leave nothing half written behind', async () => {
    await write(open(), 1)
    expect(readdirSync(join(directory, 'new'))).toEqual([])
  })
})

describe('the room they take', () => {
  test('is bounded, whoever writes', async () => {
    const [a, b] = [open(MB), open(MB)]
    for (let n = 0; n < 100; n++) await write(n % 2 ? a : b, n, 30_000)
    expect(bytesUsed()).toBeLessThanOrEqual(MB)
    expect(entries().length).toBeGreaterThan(15)
  })

  test('goes first to those that were asked for last', async () => {
    const store = open(MB)
    for (let n = 0; n < 20; n++) {
      await write(store, n, 30_000)
      const longAgo = new Date(Date.now() - (100 - n) * 60_000)
      utimesSync(pathOf(n), longAgo, longAgo)
    }
    await open(MB).read(keyOf(0))
    for (let n = 20; n < 40; n++) await write(store, n, 30_000)
    expect(await store.read(keyOf(0))).toBeDefined()
    expect(await store.read(keyOf(1))).toBeUndefined()
  })

  test('is counted again where nobody has kept count', async () => {
    for (let n = 0; n < 20; n++) await write(open(), n, 30_000)
    rmSync(join(directory, 'usage'))
    await write(open(MB / 4), 20, 1_000)
    expect(bytesUsed()).toBeLessThanOrEqual(MB / 4)
  })

  test('is not given to one render that would push out most others', async () => {
    await write(open(MB), 1, MB / 2)
    expect(await open(MB).read(keyOf(1))).toBeUndefined()
  })

  test('is freed of what a killed process left behind', async () => {
    await write(open(), 1)
    const left = join(directory, 'new', 'left-behind')
    writeFileSync(left, 'x')
    utimesSync(left, 0, 0)
    rmSync(join(directory, 'usage'))
    await write(open(), 2)
    expect(readdirSync(join(directory, 'new'))).toEqual([])
  })
})

describe('what cannot be written is done without', () => {
  test('a directory that cannot be made', async () => {
    writeFileSync(directory, 'a file is in the way')
    const store = open()
    await write(store, 1)
    await write(store, 2)
    expect(await store.read(keyOf(1))).toBeUndefined()
    expect(troubles).toHaveLength(1)
  })

  test('a directory that can only be read', async () => {
    await write(open(), 1)
    rmSync(join(directory, 'new'), { recursive: true })
    writeFileSync(join(directory, 'new'), 'a file is in the way')
    const store = open()
    await write(store, 2)
    expect(await store.read(keyOf(1))).toBeDefined()
    expect(await store.read(keyOf(2))).toBeUndefined()
    expect(troubles).toHaveLength(1)
  })

  test('a disk that takes no more', async () => {
    const writer = startWriter(['/bin/sh', '-c', 'ulimit -f 40 && exec "$@"', 'sh'], {
      first: 0,
      count: 3,
      bytes: 30_000,
    })
    expect(await ended(writer)).toBe(0)
    expect(entries()).toEqual([])
    expect(readdirSync(join(directory, 'new'))).toEqual([])
  })
})

describe('several processes at once', () => {
  test('never see half a render, though they write the same ones and one is killed', async () => {
    const writers = [1, 2, 3].map(() => startWriter([], { first: 0, count: 150, bytes: 20_000 }))
    const all = Promise.all(writers.map(ended))
    const store = open()
    let found = 0
    for (let round = 0; round < 400; round++) {
      const n = round % 150
      const packed = await store.read(keyOf(n))
      if (packed) expect(packed.equals(packRender(sampleRender(n, 20_000)))).toBe(true)
      if (packed && found++ === 20) writers[0]?.kill('SIGKILL')
    }
    expect((await all).slice(1)).toEqual([0, 0])
    for (let n = 0; n < 150; n++) expect(await store.read(keyOf(n))).toEqual(packRender(sampleRender(n, 20_000)))
  }, 60_000)
})

interface Writing {
  readonly first: number
  readonly count: number
  readonly bytes: number
}

function startWriter(wrapper: readonly string[], what: Writing): ChildProcess {
  const script = fileURLToPath(new URL('../../../support/write-renders.ts', import.meta.url))
  const [command = '', ...args] = [...wrapper, process.execPath, '--disable-warning=ExperimentalWarning', script]
  return spawn(command, [...args, directory, JSON.stringify(what)], { stdio: 'inherit' })
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code] = await once(child, 'exit')
  return code
}
