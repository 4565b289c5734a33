import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { SECRET_VARIABLES } from '../../src/config/parse-operator-secrets.ts'
import { readTrouble } from './log-trouble.ts'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

export interface LockstepProcess {
  readonly pid: number
  /** Where it listens; undefined for a worker. */
  readonly url: string | undefined
  /** The process as it is killed by a person or the kernel: SIGKILL, to it and its children. */
  kill(): Promise<void>
  /** A polite end: SIGTERM, then SIGKILL after ten seconds. */
  stop(): Promise<void>
}

/** Starts `lockstep serve …` or `lockstep worker …` as its own process, the one a user would start. Its log goes to `log`. */
export async function startLockstep(options: {
  arguments: readonly string[]
  env: Readonly<Record<string, string>>
  log: string
}): Promise<LockstepProcess> {
  const flags = ['--disable-warning=ExperimentalWarning', CLI, ...options.arguments]
  const child = spawn(process.execPath, flags, {
    env: { ...withoutOwnSettings(process.env), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const log = createWriteStream(options.log, { flags: 'a' })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  child.once('close', () => log.end())
  const guard = () => signalGroup(child, 'SIGKILL')
  process.once('exit', guard)
  const url = await readyLine(child, log)
  return {
    pid: child.pid as number,
    url,
    kill: () => end(child, 'SIGKILL', guard),
    stop: () => end(child, 'SIGTERM', guard),
  }
}

/** A Lockstep of the user's own, and its Redis, are none of this one's business. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = ['LOCKSTEP_CONFIG', ...Object.keys(SECRET_VARIABLES).flatMap((name) => [name, `${name}_FILE`])]
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name)))
}

/** Both processes print one line of JSON with `ready: true` on stdout when they are. */
async function readyLine(child: ChildProcess, log: WriteStream): Promise<string | undefined> {
  const exited = once(child, 'close').then(async ([code]) => {
    await finished(log)
    const said = (await readTrouble(String(log.path))).join('\n')
    throw new Error(`lockstep ended with ${code} before it was ready: ${said || 'it said nothing'}`)
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const ready = new Promise<string | undefined>((resolve) => {
    lines.on('line', (line) => {
      if (!line.startsWith('{') || !line.includes('"ready":true')) return
      resolve((JSON.parse(line) as { url?: string }).url)
    })
  })
  return Promise.race([ready, exited])
}

async function end(child: ChildProcess, signal: NodeJS.Signals, guard: () => void): Promise<void> {
  process.off('exit', guard)
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  signalGroup(child, signal)
  const deadline = setTimeout(() => signalGroup(child, 'SIGKILL'), 10_000)
  await exited
  clearTimeout(deadline)
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // It is gone already, which is what was wanted.
  }
}
