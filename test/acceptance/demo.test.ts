import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ensureControlPlane } from '../../sandbox/cluster/control-plane.ts'
import { STORY } from '../../sandbox/demo/story/story.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/git-repository.ts'
import { kustomizeForTests } from '../support/kustomize.ts'
import { LOCKSTEP } from '../support/lockstep-program.ts'
import { processesOf } from '../support/processes-of.ts'

const MINUTES = 60_000
const temporary = temporaryDirectory('lockstep-demo-test')

beforeAll(async () => {
  await ensureControlPlane({ cache: cacheDirectory(), progress: () => undefined })
  await kustomizeForTests()
}, 15 * MINUTES)
afterAll(() => temporary.remove())

describe('lockstep demo', () => {
  test(
    'plays the story twice at once, a line a step, and leaves nothing behind',
    async () => {
      const demos = [startDemo('one', '--exit'), startDemo('two', '--exit')]
      for (const demo of demos) {
        expect(await demo.ended).toEqual({ code: 0, stderr: '' })
        expect(demo.steps()).toEqual(STORY.map(({ name }, index) => `${String(index + 1).padStart(2)} ✓ ${name}`))
        expect(demo.said()).toMatch(/^The story took .+; every step was verified .+\.$/m)
        await demo.leavesNothing()
      }
    },
    5 * MINUTES,
  )

  test.each([
    ['while it sets up', 'starting etcd'],
    ['in the middle of the story', ' 1 ✓ '],
  ])(
    'ends on Ctrl-C %s with 130, and leaves nothing behind',
    async (when, line) => {
      const demo = startDemo(when.replaceAll(' ', '-'))
      await demo.says(line)
      demo.signal('SIGINT')
      expect(await demo.ended).toEqual({ code: 130, stderr: '' })
      await demo.leavesNothing()
    },
    2 * MINUTES,
  )

  test(
    'leaves nothing behind when Ctrl-C is pressed twice, or its terminal is closed',
    async () => {
      const [impatient, closed] = [startDemo('impatient'), startDemo('closed')]
      await Promise.all([impatient.says(' 1 ✓ '), closed.says(' 1 ✓ ')])
      impatient.signal('SIGINT')
      impatient.signal('SIGINT')
      closed.signal('SIGHUP')
      await impatient.ended
      await closed.ended
      await impatient.leavesNothing()
      await closed.leavesNothing()
    },
    2 * MINUTES,
  )
})

/** The demo as a process group of its own, as a terminal starts it, with a home, a temporary and a current folder of its own. */
function startDemo(name: string, ...words: string[]) {
  const folders = ['home', 'tmp', 'here'].map((folder) => join(temporary.path, name, folder))
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  const [home = '', tmp = '', here = ''] = folders
  const child = spawn(LOCKSTEP, ['demo', ...words], {
    cwd: here,
    env: { ...process.env, HOME: home, TMPDIR: tmp, LOCKSTEP_CACHE: cacheDirectory(), LOCKSTEP_DEMO_PATIENCE: '4' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const heard = listen(child)
  return {
    ...heard,
    signal: (signal: NodeJS.Signals) => process.kill(-(child.pid as number), signal),
    /** `N ✓ name` of each step. */
    steps: () => heard.said().match(/^[ \d]\d [✓✗] .+(?= \(\d+\.\d s\)$)/gm),
    async leavesNothing() {
      await eventually(
        () => processesOf(tmp).length === 0,
        () => processesOf(tmp).join('\n'),
        5_000,
      )
      expect(folders.flatMap((folder) => readdirSync(folder))).toEqual([])
    },
  }
}

function listen(child: ChildProcess) {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  return {
    said: () => stdout,
    says: (line: string) =>
      eventually(
        () => stdout.includes(line),
        () => `${stdout}${stderr}`,
        MINUTES,
      ),
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr }))),
  }
}
