import { spawnSync } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from '../../src/adapters/process/build-lock.ts'
import { goBuild } from '../cluster/go-build.ts'

const VERSION = 'v5.8.1'
const PROGRAM = {
  name: 'kustomize',
  module: fileURLToPath(new URL('module', import.meta.url)),
  package: 'sigs.k8s.io/kustomize/kustomize/v5',
  linkerFlags: `-s -w -X=sigs.k8s.io/kustomize/api/provenance.version=${VERSION}`,
}
const PROGRESS_MS = 5_000

/**
 * Path of a kustomize: `KUSTOMIZE_BIN`, the one on PATH, or the one in the cache, which is built with Go from pinned modules where it
 * is missing (about half a minute, once). Safe to interrupt and to run twice at once.
 */
export async function ensureKustomize(options: {
  cache: string
  progress: (line: string) => void
  env?: Readonly<Record<string, string | undefined>>
}): Promise<string> {
  const { cache, progress, env = process.env } = options
  if (env.KUSTOMIZE_BIN) return env.KUSTOMIZE_BIN
  if (spawnSync('kustomize', ['version'], { env: env as NodeJS.ProcessEnv }).status === 0) return 'kustomize'
  const directory = join(cache, 'bin')
  const binary = join(directory, 'kustomize')
  if (await isExecutable(binary)) return binary
  await mkdir(directory, { recursive: true })
  await withLock(
    `${binary}.lock`,
    () => progress('another process builds kustomize: waiting for it'),
    async () => {
      if (!(await isExecutable(binary))) await build(directory, progress)
    },
  )
  return binary
}

async function build(directory: string, progress: (line: string) => void): Promise<void> {
  const began = Date.now()
  const say = () =>
    progress(`building kustomize ${VERSION} with Go, once (${Math.round((Date.now() - began) / 1000)} s)`)
  const scratch = join(directory, `go-${process.pid}`)
  say()
  const timer = setInterval(say, PROGRESS_MS)
  try {
    await goBuild(PROGRAM, directory, scratch, process.env)
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
