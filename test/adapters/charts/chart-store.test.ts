import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { digestOf, openChartStore } from '../../../src/adapters/charts/chart-store.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'

let scratch: ReturnType<typeof temporaryDirectory>
beforeEach(() => {
  scratch = temporaryDirectory()
})
afterEach(() => scratch.remove())

const KEY = ['https://charts.example.com', 'web', '^1']
const RECORD = { version: '1.2.3', digest: 'sha256:1', first: 'sha256:0' }

test('what a request stood for is found again, under exactly that request', async () => {
  const store = openChartStore(scratch.path)
  await store.remember(KEY, RECORD)
  expect(await openChartStore(scratch.path).record(KEY)).toEqual(RECORD)
  expect(await store.record([...KEY.slice(0, 2), '^2'])).toBeUndefined()
})

test('a record that was damaged is none', async () => {
  const store = openChartStore(scratch.path)
  await store.remember(KEY, RECORD)
  const directory = join(scratch.path, 'records')
  for (const name of readdirSync(directory)) writeFileSync(join(directory, name), '{"version":')
  expect(await store.record(KEY)).toBeUndefined()
})

test('archives that were not used for longest go first, when there is too much', async () => {
  const store = openChartStore(scratch.path, 25)
  const archives = ['a', 'b', 'c'].map((letter) => Buffer.from(letter.repeat(10)))
  const fileOf = (archive: Buffer) => join(scratch.path, 'archives', `${digestOf(archive).replace('sha256:', '')}.tgz`)
  const [a, b, c] = archives as [Buffer, Buffer, Buffer]
  await store.keep(a)
  await store.keep(b)
  utimesSync(fileOf(a), 1, 1)
  utimesSync(fileOf(b), 2, 2)
  await store.archive(digestOf(a))
  await store.keep(c)
  expect(await Promise.all(archives.map((archive) => store.archive(digestOf(archive))))).toEqual([a, undefined, c])
})

test('nothing half written is ever found', async () => {
  const store = openChartStore(scratch.path)
  await Promise.all(Array.from({ length: 20 }, () => store.keep(Buffer.alloc(100_000, 1))))
  expect(readdirSync(join(scratch.path, 'archives'))).toHaveLength(1)
})
