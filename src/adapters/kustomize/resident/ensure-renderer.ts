import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withLock } from '../../process/build-lock.ts'
import { type Environment, onPath } from '../find-binary.ts'
import { findRenderer, OFF } from './find-renderer.ts'
import { goBuild } from './go-build.ts'
import { RENDERER_FOLDER } from './renderer-sources.ts'

export interface EnsureRenderer {
  readonly env?: Environment
  /** The Go module. */
  readonly folder?: string
  /** One sentence for people: what takes long, or why there is no resident renderer. */
  readonly say: (line: string) => void
  /** Does not keep this program from ending; then what was begun ends with it. */
  readonly background?: boolean
}

const PROGRESS_MS = 5_000

/**
 * Absolute path of the resident renderer: the one that is there, else built with Go once (10 to 30 s). Undefined where there is none
 * and none can be built: the kustomize binary serves then. Never fails; safe to interrupt and to run twice at once.
 */
export async function ensureRenderer(options: EnsureRenderer): Promise<string | undefined> {
  const { env = process.env, folder = RENDERER_FOLDER, say } = options
  const { program, target } = await findRenderer(env, folder)
  if (program !== undefined || env.LOCKSTEP_RENDERER === OFF) return program
  const go = target === undefined ? undefined : await onPath('go', env)
  if (target === undefined || go === undefined) return without(say, absence(env, target))
  try {
    await mkdir(dirname(target), { recursive: true })
    const failure = await withLock(`${target}.lock`, waiting(options), async () => {
      if ((await findRenderer(env, folder)).program !== undefined) return undefined
      return withProgress(options, () => goBuild({ go, folder, target, env }))
    })
    return failure === undefined ? target : without(say, `Go could not build it (${failure})`)
  } catch (error) {
    return without(say, (error as Error).message)
  }
}

function without(say: (line: string) => void, reason: string): undefined {
  say(`no resident renderer: ${reason}; the kustomize binary builds every overlay`)
}

function absence({ LOCKSTEP_RENDERER: named }: Environment, target: string | undefined): string {
  if (named) return `LOCKSTEP_RENDERER names ${named}, which cannot be run`
  if (target === undefined) return 'neither it nor its sources are part of this installation'
  return 'Go, which builds it, was not found on PATH'
}

function waiting({ say, background = false }: EnsureRenderer): () => Promise<void> {
  let said = false
  return async () => {
    if (!said) say('another process builds the resident renderer: waiting for it')
    said = true
    if (background) await sleep(PROGRESS_MS, undefined, { ref: false })
  }
}

async function withProgress<T>({ say, background = false }: EnsureRenderer, work: () => Promise<T>): Promise<T> {
  if (background) {
    say('building the resident renderer with Go, once; the kustomize binary builds overlays meanwhile')
    return work()
  }
  const began = Date.now()
  const report = () =>
    say(`building the resident renderer with Go, once (${Math.round((Date.now() - began) / 1000)} s)`)
  report()
  const timer = setInterval(report, PROGRESS_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
