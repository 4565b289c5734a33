import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Kills, when its input ends, every process group whose id it was told. */
const KEEPER = 'groups=; while read -r id; do groups="$groups $id"; done; for id in $groups; do kill -KILL "-$id"; done'

/**
 * Programs that end with this process, however it ends: a small shell holds the other end of a pipe and kills them when it closes,
 * so that neither Ctrl-C, SIGTERM nor `kill -9` leaves one behind.
 */
export class ProcessGroup {
  readonly #directory: string
  readonly #keeper: ChildProcess
  readonly #running = new Map<string, ChildProcess>()

  /** Programs run in `directory` and log to `<name>.log` there. */
  constructor(directory: string) {
    this.#directory = directory
    this.#keeper = spawn('/bin/sh', ['-c', KEEPER], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    this.#keeper.unref()
    this.#keeper.stdin?.on('error', () => {})
    ;(this.#keeper.stdin as { unref?: () => void } | null)?.unref?.()
  }

  /** Starts a program without waiting for anything. */
  launch(name: string, file: string, args: readonly string[]): void {
    const log = openSync(this.logFile(name), 'w', 0o600)
    const child = spawn(file, args, { cwd: this.#directory, detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    child.unref()
    child.on('error', () => {})
    if (child.pid) this.#keeper.stdin?.write(`${child.pid}\n`)
    this.#running.set(name, child)
  }

  logFile(name: string): string {
    return join(this.#directory, `${name}.log`)
  }

  /** Names of programs that have ended, or never started. */
  ended(): string[] {
    return [...this.#running].filter(([, child]) => !isRunning(child)).map(([name]) => name)
  }

  /** The end of a program's log. */
  lastWords(name: string, lines = 1): string {
    return readFileSync(this.logFile(name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  }

  /** Kills every program, waits until they are gone, and lets the keeper go. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].filter(isRunning).map(kill))
    this.#running.clear()
    this.#keeper.kill('SIGKILL')
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

async function kill(child: ChildProcess): Promise<void> {
  child.ref()
  const exit = once(child, 'exit')
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
  await exit
}
