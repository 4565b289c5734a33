import { spawnSync } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../../src/adapters/process/build-lock.ts'
import { goBuild } from '../cluster/go-build.ts'
import type { Program } from '../cluster/programs.ts'

export interface EnsureOptions {
  readonly cache: string
  readonly progress: (line: string) => void
  readonly env?: Readonly<Record<string, string | undefined>>
}

const PROGRESS_MS = 5_000

/**
 * Path of a program: the one that `variable` names, the one on PATH, or the one in the cache, which is built with Go from pinned
 * modules where it is missing, once. Safe to interrupt and to run twice at once.
 */
export async function ensureProgram(
  program: Program & { readonly version: string; readonly variable: string },
  { cache, progress, env = process.env }: EnsureOptions,
): Promise<string> {
  const { name, variable } = program
  const named = env[variable]
  if (named) return named
  if (spawnSync(name, ['version'], { env: env as NodeJS.ProcessEnv }).status === 0) return name
  const directory = join(cache, 'bin')
  const binary = join(directory, name)
  if (await isExecutable(binary)) return binary
  await mkdir(directory, { recursive: true })
  await withLock(
    `${binary}.lock`,
    () => progress(`another process builds ${name}: waiting for it`),
    async () => {
      if (!(await isExecutable(binary))) await build(program, directory, progress)
    },
  )
  return binary
}

async function build(
  program: Program & { readonly version: string },
  directory: string,
  progress: (line: string) => void,
): Promise<void> {
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 1000)
  const say = () => progress(`building ${program.name} ${program.version} with Go, once (${seconds()} s)`)
  const scratch = join(directory, `go-${program.name}-${process.pid}`)
  say()
  const timer = setInterval(say, PROGRESS_MS)
  try {
    await goBuild(program, directory, scratch, process.env)
  } finally {
    clearInterval(timer)
    await rm(scratch, { recursive: true, force: true })
  }
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
