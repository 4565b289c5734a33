import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { playStory } from '../../../sandbox/demo/play-story.ts'
import type { Scene, Step } from '../../../sandbox/demo/story/step.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'

const temporary = temporaryDirectory('lockstep-play-story')
afterAll(() => temporary.remove())

const entry = (level: number, msg: string, more: object = {}) =>
  `${JSON.stringify({ level, time: '2026-01-02T03:04:05.678Z', msg, ...more })}\n`

/** Plays these steps beside a log of these lines; `stop` is Ctrl-C. */
async function play(steps: readonly Step['play'][], log = '', stop = new AbortController()) {
  const logFile = join(temporary.path, 'lockstep.log')
  writeFileSync(logFile, log)
  const lines: string[] = []
  const story = steps.map((step, index) => ({ name: `step ${index + 1}`, play: step }))
  const told = await playStory(story, { logFile, scene: {} as Scene }, (line) => lines.push(line), stop.signal)
  return { told, text: lines.join('\n') }
}

const works = async () => 'it happened'
const fails = async () => {
  throw new Error('it did not')
}

test('each step is a line with what happened below it', async () => {
  const { told, text } = await play([works, works])
  expect(told).toBe(true)
  expect(text).toMatch(
    /^ 1 ✓ step 1 \(\d+\.\d s\)\n {5}it happened\n 2 ✓ step 2 \(\d+\.\d s\)\n {5}it happened\nThe story took .+$/,
  )
})

test('the first step that fails ends the story, and says what the log complained of', async () => {
  const log = [
    entry(30, 'serving'),
    entry(40, 'a cluster cannot be watched', { err: { message: 'connection refused\n  at port 1' } }),
    'kustomize: not found\n',
    entry(50, 'x'.repeat(300)),
  ]
  const { told, text } = await play([fails, works], log.join(''))
  expect(told).toBe(false)
  expect(text.split('\n')).toEqual([
    ' 1 ✗ step 1',
    '     it did not',
    "     The last warnings of Lockstep's log:",
    '       03:04:05 a cluster cannot be watched connection refused at port 1',
    '       kustomize: not found',
    expect.stringMatching(/^ {7}03:04:05 x{191}…$/),
  ])
})

test('of many warnings it says the last fifteen, and of none that there was none', async () => {
  const many = Array.from({ length: 40 }, (_, index) => entry(40, `warning ${index}.`)).join('')
  const said = (await play([fails], many)).text
  expect(said.match(/warning \d+/g)).toHaveLength(15)
  expect(said).toContain('warning 39.')
  expect((await play([fails], entry(30, 'serving'))).text).toContain("Lockstep's log has no warning.")
})

test('Ctrl-C ends a step that waits, and is no failure of it', async () => {
  const stop = new AbortController()
  const waits = () => {
    stop.abort()
    return new Promise<string>(() => undefined)
  }
  expect(await play([waits, works], '', stop)).toEqual({ told: false, text: '' })
})
