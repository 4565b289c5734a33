import { describe, expect, test } from '@jest/globals'
import { type Letter, Outbox, type Priority } from '../../../src/adapters/github/outbox.ts'
import { GITHUB_PACING, Pace, type Pacing, UNPACED } from '../../../src/adapters/github/pacing.ts'
import { RateLimits } from '../../../src/adapters/github/rate-limits.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function outboxWith(pacing: Pacing, longestWaitMs = 90_000) {
  const clock = new FakeClock()
  const limits = new RateLimits(clock, longestWaitMs)
  const outbox = new Outbox(clock, new Pace(pacing), limits)
  const sent: { text: string; at: number }[] = []
  const started = clock.now()
  const put = (text: string, options: Partial<Letter<string>> & { kind?: 'create' | 'edit' } = {}) =>
    outbox.put<string>({
      surface: text,
      priority: 'comment',
      creates: options.kind === 'create',
      send: async (turn) => {
        await turn(options.kind ?? 'edit')
        sent.push({ text, at: clock.now() - started })
        return text
      },
      ...options,
    })
  return { clock, limits, put, sent, texts: () => sent.map(({ text }) => text) }
}

describe('the outbox', () => {
  test('sends stops first, then gates, changes, checks, comments and history', async () => {
    const { put, texts } = outboxWith(UNPACED)
    const order: Priority[] = ['history', 'comment', 'check', 'change', 'gate', 'stop']
    await Promise.all(order.map((priority) => put(priority, { priority })))
    expect(texts()).toEqual(['stop', 'gate', 'change', 'check', 'comment', 'history'])
  })

  test('turns 200 gates red at GitHub’s pace, at least 50 a minute, before anything else that waits', async () => {
    const { put, sent } = outboxWith(GITHUB_PACING, HOUR)
    const comments = Array.from({ length: 50 }, (_, i) => put(`comment ${i}`, { kind: 'create' }))
    const gates = Array.from({ length: 200 }, (_, i) => put(`gate ${i}`, { priority: 'stop', kind: 'create' }))
    await Promise.all([...gates, ...comments])
    const order = sent.map(({ text }) => text.split(' ')[0])
    expect(order.slice(0, 200).every((what) => what === 'gate')).toBe(true)
    for (const minute of [1, 2, 3])
      expect(sent.filter(({ at }) => at < minute * MINUTE).length).toBeGreaterThanOrEqual(minute * 50)
  })

  test('keeps the order of what is equally urgent', async () => {
    const { put, texts } = outboxWith(UNPACED)
    await Promise.all(['1', '2', '3'].map((text) => put(text)))
    expect(texts()).toEqual(['1', '2', '3'])
  })

  test('sends only the last of several texts for one surface, and tells all of them', async () => {
    const { put, texts } = outboxWith(UNPACED)
    const surface = 'comment 7'
    const results = await Promise.all(
      ['old', 'newer', 'newest'].map((text) => put(text, { surface, replaceable: true })),
    )
    expect(texts()).toEqual(['newest'])
    expect(results).toEqual(['newest', 'newest', 'newest'])
  })

  test('never drops what is not replaceable', async () => {
    const { put, texts } = outboxWith(UNPACED)
    await Promise.all(['one', 'two'].map((text) => put(text, { surface: 'comments of 7' })))
    expect(texts()).toEqual(['one', 'two'])
  })

  test('one failed letter fails its sender and nobody else', async () => {
    const { put, texts } = outboxWith(UNPACED)
    const failing = put('bad', { send: async () => Promise.reject(new Error('no')) })
    const fine = put('good')
    await expect(failing).rejects.toThrow('no')
    await expect(fine).resolves.toBe('good')
    expect(texts()).toEqual(['good'])
  })

  test('leaves a second between writes', async () => {
    const { put, sent } = outboxWith(GITHUB_PACING)
    await Promise.all(['1', '2', '3'].map((text) => put(text)))
    expect(sent.map(({ at }) => at)).toEqual([0, 1000, 2000])
  })

  test('never writes more than sixty times in any minute', async () => {
    const { put, sent } = outboxWith({ ...GITHUB_PACING, minGapMs: 0 })
    await Promise.all(Array.from({ length: 130 }, (_, index) => put(`${index}`)))
    expect(mostWithin(sent, MINUTE)).toBe(60)
  })

  test('never creates more than four hundred things in any hour, some of them kept for gates', async () => {
    const { put, sent } = outboxWith({ ...GITHUB_PACING, minGapMs: 0, writesPerMinute: 1000 })
    const comments = Array.from({ length: 360 }, (_, index) => put(`comment ${index}`, { kind: 'create' }))
    await Promise.all(comments.slice(0, 350))
    await put('gate', { kind: 'create', priority: 'gate' })
    const gateAt = sent.at(-1)?.at
    await Promise.all(comments)
    expect(gateAt).toBeLessThan(HOUR)
    expect(mostWithin(sent, HOUR)).toBeLessThanOrEqual(400)
    expect(
      mostWithin(
        sent.filter(({ text }) => text !== 'gate'),
        HOUR,
      ),
    ).toBe(350)
  })

  test('a budget smaller than what is kept for gates is still a budget', async () => {
    const { put, sent } = outboxWith({ ...GITHUB_PACING, creationsPerHour: 10 })
    await Promise.all(['1', '2'].map((text) => put(text, { kind: 'create' })))
    expect(sent[1]?.at).toBe(HOUR)
  })

  test('edits go on while creations have to wait', async () => {
    const { put, sent } = outboxWith({ ...GITHUB_PACING, minGapMs: 0, creationsPerHour: 51 })
    await put('first', { kind: 'create' })
    const second = put('second', { kind: 'create' })
    await put('edit')
    expect(sent.map(({ text }) => text)).toEqual(['first', 'edit'])
    await second
    expect(sent.at(-1)?.at).toBeGreaterThanOrEqual(HOUR)
  })

  test('waits as long as GitHub asked for before it sends anything', async () => {
    const { put, sent, limits } = outboxWith(UNPACED)
    limits.hit({ kind: 'limited', message: 'slow down', details: [], retryAfterMs: 30_000 })
    await put('late')
    expect(sent.map(({ at }) => at)).toEqual([30_000])
  })

  test('a limit without a time is a minute, then two, and a minute again after something worked', async () => {
    const { put, sent, limits } = outboxWith(UNPACED, HOUR)
    const hit = () => limits.hit({ kind: 'limited', message: 'secondary', details: [] })
    hit()
    await put('1')
    hit()
    await put('2')
    limits.worked()
    hit()
    await put('3')
    expect(sent.map(({ at }) => at)).toEqual([MINUTE, 3 * MINUTE, 4 * MINUTE])
  })

  test('refuses rather than waiting for an hour', async () => {
    const { put, limits, clock } = outboxWith(UNPACED)
    limits.hit({ kind: 'limited', message: 'API rate limit exceeded', details: [], retryAfterMs: HOUR })
    await expect(put('now')).rejects.toMatchObject({ code: 'GITHUB_LIMITED', kind: 'unreachable' })
    clock.advance(HOUR)
    await expect(put('later')).resolves.toBe('later')
  })
})

function mostWithin(sent: readonly { at: number }[], span: number): number {
  return Math.max(...sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + span).length))
}
