import { createHash } from 'node:crypto'
import { availableParallelism, tmpdir } from 'node:os'
import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import { overlayInputs } from '../../model/kustomization/inputs.ts'
import { LruCache } from '../../model/lru-cache.ts'
import { parseManifests, renderDigest } from '../../model/parse-manifests.ts'
import type { Render, Renderer } from '../../model/renderer.ts'
import type { Tree } from '../../model/tree.ts'
import { type ProcessResult, runProcess } from '../process/run-process.ts'
import { explainBuildError } from './build-error.ts'
import { confine } from './confinement.ts'
import { findKustomize } from './find-binary.ts'
import { withFiles } from './materialize.ts'
import { maskOfInputs } from './secret-texts.ts'
import { SharedWork } from './shared-work.ts'
import { Slots } from './slots.ts'

export interface RenderLimits {
  /** One build, waiting for a free processor not counted. */
  readonly timeoutMs: number
  /** Address space; a Go program needs about 1 GiB before it does anything. */
  readonly memoryBytes: number
  readonly cpuSeconds: number
  readonly outputBytes: number
}

export interface KustomizeOptions {
  /** Left out, `KUSTOMIZE_BIN`, PATH and the cache are searched. */
  readonly binary?: string
  /** Where builds get their own directories; the system's temporary directory by default. */
  readonly scratch?: string
  /** Renders kept in memory. */
  readonly cacheEntries?: number
  readonly limits?: Partial<RenderLimits>
}

const LIMITS: RenderLimits = {
  timeoutMs: 30_000,
  memoryBytes: 2 * 1024 ** 3,
  cpuSeconds: 60,
  outputBytes: 32 * 1024 ** 2,
}
const CACHE_ENTRIES = 1_000

/** Renders overlays with the kustomize found on this machine: scanned first, built in a directory of their own, cached by content. */
export function createKustomizeRenderer(options: KustomizeOptions = {}): Renderer {
  const limits = { ...LIMITS, ...options.limits }
  const cache = new LruCache<string, Render>(options.cacheEntries ?? CACHE_ENTRIES)
  const shared = new SharedWork<Render>()
  const slots = new Slots(availableParallelism())
  const kustomize = once(() => findKustomize(options.binary))
  const confinement = once(() => confine(limits))

  const build = async (
    tree: Tree,
    overlay: string,
    inputs: readonly string[],
    signal: AbortSignal,
  ): Promise<Render> => {
    const [{ command, args }, wrapper] = await Promise.all([kustomize(), confinement()])
    const [first = command, ...rest] = [...wrapper, command, ...args, `./${overlay}`]
    return withFiles(tree, inputs, options.scratch ?? tmpdir(), async (root) => {
      const { timeoutMs, outputBytes: maxBytes } = limits
      const done = await runProcess({
        command: first,
        args: rest,
        cwd: root,
        env: ENVIRONMENT,
        timeoutMs,
        maxBytes,
        signal,
      })
      if (done.ended === 'exit' && done.code === 0) return toRender(done.stdout.toString('utf8'), inputs, overlay)
      throw await failed(done, { tree, overlay, inputs, root, limits })
    })
  }

  return {
    version: async () => (await kustomize()).version,
    async render(tree, path, { signal } = {}) {
      const overlay = path.replace(/^(?:\.\/)+|\/+$/g, '')
      const { files, problems } = await overlayInputs(tree, overlay)
      if (problems.length > 0) throw new LockstepError(problems)
      const key = await contentKey((await kustomize()).version, tree, overlay, files)
      const cached = cache.get(key)
      if (cached) return cached
      const work = (stop: AbortSignal) => slots.run(() => build(tree, overlay, files, stop))
      const render = await shared.run(key, work, signal).catch((error) => {
        throw signal?.aborted ? aborted(overlay) : error
      })
      cache.set(key, render)
      return render
    },
  }
}

/** No PATH, so no git; no home, so no configuration; addresses lead nowhere. */
const ENVIRONMENT = {
  PATH: '/nonexistent',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
}

function toRender(text: string, inputs: readonly string[], overlay: string): Render {
  try {
    const manifests = parseManifests(text)
    return { text, manifests, digest: renderDigest(manifests), inputs }
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    throw new LockstepError(error.problems.map((problem) => ({ file: overlay, ...problem })))
  }
}

async function contentKey(version: string, tree: Tree, overlay: string, files: readonly string[]): Promise<string> {
  const entries = await tree.entries()
  const hash = createHash('sha256').update(`${version}\0${overlay}\0`)
  for (const path of files) {
    const entry = entries.get(path)
    hash.update(`${entry?.mode} ${entry?.id} ${path}\0`)
  }
  return hash.digest('hex')
}

interface Attempt {
  readonly tree: Tree
  readonly overlay: string
  readonly inputs: readonly string[]
  readonly root: string
  readonly limits: RenderLimits
}

async function failed(done: ProcessResult, { tree, overlay, inputs, root, limits }: Attempt): Promise<LockstepError> {
  if (done.ended === 'aborted') return aborted(overlay)
  if (done.ended === 'missing')
    return limit('KUSTOMIZE_MISSING', overlay, 'kustomize is gone from where it was', 'unreachable')
  if (done.ended === 'timeout') {
    return limit('KUSTOMIZE_TIMEOUT', overlay, `the build took longer than ${limits.timeoutMs / 1000} s`)
  }
  if (done.ended === 'too-much-output') {
    return limit('KUSTOMIZE_OUTPUT', overlay, `the render is larger than ${limits.outputBytes} bytes`)
  }
  if (done.killedBy !== undefined || OUT_OF_MEMORY.test(done.stderr)) {
    return limit('KUSTOMIZE_MEMORY', overlay, 'the build needed more memory or processor time than it may have')
  }
  const mask = maskOfInputs(await tree.read(inputs))
  return new LockstepError(explainBuildError({ stderr: done.stderr, root, overlay, files: inputs, mask }))
}

const OUT_OF_MEMORY = /out of memory|cannot allocate memory|failed to reserve|pthread_create failed/

function limit(code: string, overlay: string, what: string, kind: ProblemKind = 'refused'): LockstepError {
  const problem: Problem = {
    code,
    message: `${overlay} was not rendered: ${what}.`,
    file: overlay,
    remedy: kind === 'refused' ? 'Make the overlay smaller, or split it.' : 'Install kustomize again.',
  }
  return new LockstepError(problem, { kind })
}

function aborted(overlay: string): LockstepError {
  const message = `Rendering ${overlay} was called off.`
  return new LockstepError(
    { code: 'KUSTOMIZE_ABORTED', message, remedy: 'Nothing: a newer request has taken its place.' },
    { kind: 'unreachable' },
  )
}

/** Runs `work` when first asked, and again after a failure. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work().catch((error) => {
      result = undefined
      throw error
    })
    return result
  }
}
