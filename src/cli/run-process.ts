import { readFileSync } from 'node:fs'
import type { CommandEntry } from './command-table.ts'
import { runCli } from './frame.ts'

const INTERRUPTED = 130

/** `lockstep` as a process: signals, pipes and the exit code. Does not return. */
export async function runProcess(commands: readonly CommandEntry[]): Promise<never> {
  const stop = watchSignals()
  surviveClosedPipes()
  const code = await runCli(commands, process.argv.slice(2), {
    version: readVersion(),
    cwd: process.cwd(),
    env: process.env,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    signal: stop.signal,
  })
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(stop.interrupted ? INTERRUPTED : code)
}

/** The first Ctrl-C, SIGTERM or end of the terminal lets the command end by itself; the second ends the process. */
function watchSignals(): { readonly signal: AbortSignal; readonly interrupted: boolean } {
  const controller = new AbortController()
  let interrupted = false
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED)
      interrupted = name === 'SIGINT'
      controller.abort()
    })
  }
  return {
    signal: controller.signal,
    get interrupted() {
      return interrupted
    },
  }
}

/** A reader that went away, as in `lockstep render | head` or with the terminal, has seen enough: that is no failure. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
      process.exit(0)
    })
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
