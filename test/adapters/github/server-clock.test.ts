import { expect, test } from '@jest/globals'
import { ServerClock } from '../../../src/adapters/github/server-clock.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const DAY = 86_400_000

/** A machine whose clock is so much ahead of GitHub's; every request takes 200 ms each way. */
async function after(answers: number, ahead: number, date?: (now: Date) => string | undefined) {
  const clock = new FakeClock(Date.parse('2026-01-05T12:00:00.300Z') + ahead)
  const github = () => new Date(clock.now() - ahead)
  const server = new ServerClock(clock)
  const ask = server.watch(async () => {
    clock.advance(200)
    const header = date ? date(github()) : github().toUTCString()
    clock.advance(200)
    return new Response('', header === undefined ? {} : { headers: { date: header } })
  })
  for (let i = 0; i < answers; i++) {
    await ask('http://127.0.0.1/')
    clock.advance(1_700)
  }
  return { wrongBy: server.now().getTime() - github().getTime(), local: server.now().getTime() - clock.now() }
}

test.each([
  DAY,
  -DAY,
  90_000,
  -5_000,
])('a clock that is %d ms ahead is right within a second after one answer', async (ahead) => {
  expect(Math.abs((await after(1, ahead)).wrongBy)).toBeLessThanOrEqual(1_000)
  expect(Math.abs((await after(20, ahead)).wrongBy)).toBeLessThanOrEqual(1_000)
})

test('a clock that is right is left alone, however long answers take', async () => {
  expect(await after(20, 0)).toEqual({ wrongBy: 0, local: 0 })
})

test.each(['', 'soon', undefined])('an answer whose date says nothing (%p) changes nothing', async (header) => {
  expect((await after(3, DAY, () => header)).local).toBe(0)
})

test('before the first answer it is the machine’s', async () => {
  expect((await after(0, DAY)).local).toBe(0)
})
