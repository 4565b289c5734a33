import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { printBar, progressBar } from '../../src/cli/progress-bar.ts'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

function open(env: Record<string, string> = {}, isTTY = true) {
  const written: string[] = []
  const bar = progressBar('overlays', { isTTY, write: (text) => written.push(text) }, env)
  return { bar, written }
}

describe('a progress bar', () => {
  test('is not seen for what takes less than two seconds', () => {
    const { bar, written } = open()
    bar.update(3, 600)
    jest.advanceTimersByTime(1_900)
    bar.end()
    expect(written).toEqual([])
  })

  test('is drawn from then on when it moves, and taken away at the end', () => {
    const { bar, written } = open()
    bar.update(300, 600)
    jest.advanceTimersByTime(3_000)
    expect(written).toEqual(['\r\u001b[KRendering [============>           ] 300 of 600 overlays'])
    for (let done = 301; done <= 600; done++) bar.update(done, 600)
    jest.advanceTimersByTime(100)
    bar.end()
    expect(written.slice(1)).toEqual([
      '\r\u001b[KRendering [========================] 600 of 600 overlays',
      '\r\u001b[K',
    ])
    jest.advanceTimersByTime(10_000)
    expect(written).toHaveLength(3)
  })

  test.each([
    ['where the output goes elsewhere', {}, false],
    ['in CI', { CI: 'true' }, true],
    ['on a dumb terminal', { TERM: 'dumb' }, true],
  ])('is never drawn %s', (_, env, isTTY) => {
    const { bar, written } = open(env, isTTY)
    bar.update(1, 2)
    jest.advanceTimersByTime(60_000)
    bar.end()
    expect(written).toEqual([])
  })
})

test('nothing to do is done', () => expect(printBar('overlays', 0, 0)).toContain('[========================] 0 of 0'))
