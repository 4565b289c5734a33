import { expect, test } from '@jest/globals'
import { Slots } from '../../../../src/adapters/kustomize/resident/slots.ts'

const never = new AbortController().signal
const tick = () => new Promise((resolve) => setImmediate(resolve))

function work() {
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const start = (name: string) => () => {
    started.push(name)
    return new Promise<void>((resolve) => ends.set(name, resolve))
  }
  return { started, start, end: (name: string) => ends.get(name)?.() }
}

test('no more than so many work at once, and the others follow in their order', async () => {
  const slots = new Slots(2)
  const { started, start, end } = work()
  const all = ['a', 'b', 'c', 'd'].map((name) => slots.run(never, start(name)))
  await tick()
  expect(started).toEqual(['a', 'b'])
  end('b')
  await tick()
  expect(started).toEqual(['a', 'b', 'c'])
  for (const name of ['a', 'c']) end(name)
  await tick()
  end('d')
  await Promise.all(all)
})

test('who gives up waiting takes nobody’s turn', async () => {
  const slots = new Slots(1)
  const { started, start, end } = work()
  const gone = new AbortController()
  const first = slots.run(never, start('a'))
  const second = slots.run(gone.signal, start('b'))
  const third = slots.run(never, start('c'))
  gone.abort(new Error('called off'))
  await expect(second).rejects.toThrow('called off')
  end('a')
  await first
  await tick()
  expect(started).toEqual(['a', 'c'])
  end('c')
  await third
  await expect(slots.run(never, async () => 'free again')).resolves.toBe('free again')
})

test('work that fails frees its place', async () => {
  const slots = new Slots(1)
  await expect(slots.run(never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(slots.run(never, async () => 'next')).resolves.toBe('next')
  await expect(slots.run(AbortSignal.abort(new Error('late')), async () => 'never')).rejects.toThrow('late')
  await expect(slots.run(never, async () => 'next')).resolves.toBe('next')
})
