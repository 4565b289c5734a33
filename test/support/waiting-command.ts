// `lockstep wait` and `lockstep stubborn` as processes: one ends when it is told to, the other never does.
import type { Command } from '../../src/cli/command.ts'
import { runProcess } from '../../src/cli/run-process.ts'
import { untilAborted } from '../../src/cli/until-aborted.ts'

const commandOf = (name: string, run: Command['run']): Command => ({
  name,
  summary: name,
  usage: `lockstep ${name}`,
  examples: [],
  options: {},
  run,
})

const wait = commandOf('wait', async ({ stdout, signal }) => {
  stdout('ready\n')
  const alive = setInterval(() => {}, 1000)
  await untilAborted(signal)
  clearInterval(alive)
  return 0
})

const stubborn = commandOf('stubborn', async ({ stdout, signal }) => {
  setInterval(() => {}, 1000)
  signal.addEventListener('abort', () => stdout('no\n'))
  stdout('ready\n')
  return new Promise(() => {})
})

await runProcess([wait, stubborn].map((command) => ({ ...command, load: async () => command })))
