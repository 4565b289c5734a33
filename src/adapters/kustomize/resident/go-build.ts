import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { forgetGroup, killGroup, trackGroup } from '../../process/process-group.ts'
import type { Environment } from '../find-binary.ts'

const TIMEOUT_MS = 10 * 60_000
const MAX_WORDS = 2_000

export interface GoBuild {
  /** Absolute path of the go command. */
  readonly go: string
  /** The module's folder. */
  readonly folder: string
  /** Absolute path of the program; it appears once it is complete. */
  readonly target: string
  /** Downloads and compiled packages go where the user's Go keeps them. */
  readonly env: Environment
}

/** Answers why it failed, undefined when it did not. Does not keep this program from ending; then the build ends with it. */
export async function goBuild({ go, folder, target, env }: GoBuild): Promise<string | undefined> {
  const scratch = join(dirname(target), `.${basename(target)}-${process.pid}`)
  await removeLeftovers(target)
  await mkdir(scratch, { recursive: true })
  try {
    const unfinished = join(scratch, 'program')
    const args = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', unfinished, '.']
    const settings = { CGO_ENABLED: '0', GOWORK: 'off', GOTOOLCHAIN: 'local', GOTMPDIR: scratch }
    const child = spawn(go, args, { cwd: folder, env: { ...env, ...settings }, detached: true, stdio: 'pipe' })
    const failure = await failureOf(child)
    if (failure === undefined) await rename(unfinished, target)
    return failure
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Of builds that were killed. */
async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target)
  const left = (await readdir(folder)).filter((name) => name.startsWith(`.${basename(target)}-`))
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
}

function failureOf(child: ChildProcess): Promise<string | undefined> {
  trackGroup(child)
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-MAX_WORDS)
  })
  child.stdout?.resume()
  for (const handle of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket]) handle.unref()
  const timer = setTimeout(() => killGroup(child), TIMEOUT_MS).unref()
  return new Promise((resolve) => {
    const end = (failure: string | undefined) => {
      clearTimeout(timer)
      forgetGroup(child)
      resolve(failure)
    }
    child.on('error', (error) => end(error.message))
    child.on('close', (code) => end(code === 0 ? undefined : lastLines(words) || 'it gave no reason'))
  })
}

function lastLines(words: string): string {
  return words.trim().split('\n').slice(-3).join(' / ')
}
