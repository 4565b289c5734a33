import { expect, test } from '@jest/globals'
import { mapLimited } from '../../src/model/map-limited.ts'

test('answers stand in the order of the items, however long each took', async () => {
  const ends = [1, 2, 3, 4].map(() => Promise.withResolvers<void>())
  const all = mapLimited([0, 1, 2, 3], 4, async (n) => {
    await ends[n]?.promise
    return n * 10
  })
  for (const n of [2, 0, 3, 1]) ends[n]?.resolve()
  expect(await all).toEqual([0, 10, 20, 30])
})

test('no more than the limit are under way at once', async () => {
  let [running, most] = [0, 0]
  await mapLimited(Array(20).fill(0), 3, async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  })
  expect(most).toBe(3)
})

test('nothing is begun after the first failure', async () => {
  const begun: number[] = []
  const all = mapLimited([1, 2, 3, 4, 5, 6], 2, async (n) => {
    begun.push(n)
    await new Promise((resolve) => setImmediate(resolve))
    if (n === 1) throw new Error('broken')
    await new Promise((resolve) => setImmediate(resolve))
  })
  await expect(all).rejects.toThrow('broken')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(begun).toEqual([1, 2])
})
