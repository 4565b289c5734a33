import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'

/** As `bin/lockstep` runs Node for a worker: with what it made of the sources last time, and room for less garbage. */
export const NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=2',
  '--heap-growing-percent=20',
]

export function nodeEnvironment(): Record<string, string> {
  const compiled = join(cacheDirectory(), 'compiled')
  mkdirSync(compiled, { recursive: true })
  return { NODE_COMPILE_CACHE: compiled, MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' }
}
