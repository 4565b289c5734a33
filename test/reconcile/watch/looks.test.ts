import { expect, test } from '@jest/globals'
import { Looks } from '../../../src/reconcile/watch/looks.ts'

/** Looks that end when told to. */
class Desk {
  readonly begun: string[] = []
  readonly busy = new Set<string>()
  readonly looks: Looks
  readonly #ends: (() => void)[] = []

  constructor(atOnce = 2, signal = new AbortController().signal) {
    const work = (key: string) => {
      this.begun.push(key)
      return new Promise<void>((resolve) => this.#ends.push(resolve))
    }
    this.looks = new Looks({ work, atOnce, signal, isBusy: (key) => this.busy.has(key) })
  }

  async endOne(): Promise<void> {
    this.#ends.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a look begins at once', () => {
  const desk = new Desk()
  desk.looks.ask('a')
  expect(desk.begun).toEqual(['a'])
})

test('asked for many times while it runs, it runs once more', async () => {
  const desk = new Desk()
  for (let times = 0; times < 5; times++) desk.looks.ask('a')
  await desk.endOne()
  await desk.endOne()
  expect(desk.begun).toEqual(['a', 'a'])
  expect(desk.looks.isQuiet('a')).toBe(true)
})

test('no more than so many run at one time, and every one gets its turn', async () => {
  const desk = new Desk(2)
  for (const key of ['a', 'b', 'c', 'd']) desk.looks.ask(key)
  expect(desk.begun).toEqual(['a', 'b'])
  await desk.endOne()
  expect(desk.begun).toEqual(['a', 'b', 'c'])
  expect(desk.looks.isQuiet('d')).toBe(false)
  await desk.endOne()
  expect(desk.begun).toEqual(['a', 'b', 'c', 'd'])
})

test('waits while something else works there, and holds up nobody', () => {
  const desk = new Desk(1)
  desk.busy.add('a')
  desk.looks.ask('a')
  desk.looks.ask('b')
  expect(desk.begun).toEqual(['b'])
  expect(desk.looks.isQuiet('a')).toBe(false)
})

test('goes on when that has ended', async () => {
  const desk = new Desk()
  desk.busy.add('a')
  desk.looks.ask('a')
  desk.busy.delete('a')
  desk.looks.resume('a')
  expect(desk.begun).toEqual(['a'])
  desk.looks.resume('b')
  expect(desk.begun).toEqual(['a'])
})

test('keeps the first failure and goes on', async () => {
  const failing = new Error('defect')
  const looks = new Looks({
    work: async () => {
      throw failing
    },
    atOnce: 1,
    isBusy: () => false,
    signal: new AbortController().signal,
  })
  looks.ask('a')
  await looks.ended()
  expect(looks.failure).toBe(failing)
  expect(looks.isQuiet('a')).toBe(true)
})

test('begins nothing any more once it is stopped', async () => {
  const stop = new AbortController()
  const desk = new Desk(1, stop.signal)
  desk.looks.ask('a')
  desk.looks.ask('b')
  stop.abort()
  await desk.endOne()
  await desk.looks.ended()
  expect(desk.begun).toEqual(['a'])
})

test('knows whether something else worked there since it began', async () => {
  const desk = new Desk()
  desk.looks.ask('a')
  desk.looks.ask('b')
  expect(desk.looks.isUndisturbed('a')).toBe(true)
  desk.busy.add('a')
  expect(desk.looks.isUndisturbed('a')).toBe(false)
  desk.busy.delete('a')
  desk.looks.resume('a')
  expect([desk.looks.isUndisturbed('a'), desk.looks.isUndisturbed('b')]).toEqual([false, true])
  await desk.endOne()
  desk.looks.ask('a')
  expect(desk.looks.isUndisturbed('a')).toBe(true)
})
