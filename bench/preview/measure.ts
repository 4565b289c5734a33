import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readProcesses } from './processes.ts'

export interface Measured {
  readonly seconds: number
  /** Largest sum over the command and everything below it, each shared page counted by its share. */
  readonly peakBytes: number
}

export interface Measurable {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Standard output goes here. */
  readonly output: string
}

/** Looking costs time that would be taken for the command's. */
const EVERY_MS = 100

/** Runs a command to its end. Throws with what it said when that is not 0. */
export async function measure(call: Measurable): Promise<Measured> {
  const started = performance.now()
  const child = spawn(call.command, call.args, {
    cwd: call.cwd,
    env: { ...process.env, ...call.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.pipe(createWriteStream(call.output))
  const complaint = textOf(child)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const watch = { over: false }
  const peak = watchMemory(child.pid as number, watch)
  const code = await ended
  const seconds = (performance.now() - started) / 1000
  watch.over = true
  if (code !== 0) throw new Error(`${call.command} ${call.args.join(' ')} ended with ${code}: ${complaint()}`)
  return { seconds, peakBytes: await peak }
}

async function watchMemory(root: number, watch: { readonly over: boolean }): Promise<number> {
  let peak = 0
  while (!watch.over) {
    const sizes = await Promise.all((await readProcesses(root)).map(proportionalSize))
    peak = Math.max(
      peak,
      sizes.reduce((sum, size) => sum + size, 0),
    )
    await sleep(EVERY_MS)
  }
  return peak
}

/** 0 for a process that has ended. */
async function proportionalSize(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024
}

function textOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text = `${text}${chunk}`.slice(-4_000)
  })
  return () => text
}
