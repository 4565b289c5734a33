import { availableParallelism } from 'node:os'
import { LockstepError } from '../../model/errors.ts'
import { overlayInputs } from '../../model/kustomization/inputs.ts'
import { LruCache } from '../../model/lru-cache.ts'
import { parseManifests, renderDigest } from '../../model/parse-manifests.ts'
import type { Render, Renderer } from '../../model/renderer.ts'
import type { Tree } from '../../model/tree.ts'
import type { Completed, Vendor } from '../../model/vendor.ts'
import { createBinaryBuilder } from './binary-builder.ts'
import { type BuildLimits, calledOff } from './build-failures.ts'
import { buildFiles } from './build-files.ts'
import { BuildDeclined, type Builder, type BuildRequest } from './builder.ts'
import { contentKey } from './content-key.ts'
import { SharedWork } from './shared-work.ts'
import { Slots } from './slots.ts'

export interface KustomizeOptions {
  /** Left out, `KUSTOMIZE_BIN`, PATH and the cache are searched. */
  readonly binary?: string
  /** Where builds get their own directories; the system's temporary directory by default. */
  readonly scratch?: string
  /** Renders kept in memory. */
  readonly cacheEntries?: number
  readonly limits?: Partial<BuildLimits>
  /** Asked first for everything but charts; what it declines the binary builds. */
  readonly resident?: Builder
  /** Brings in remote bases and charts; without it they are refused. */
  readonly vendor?: Vendor
}

const CACHE_ENTRIES = 1_000

/** Renders overlays with kustomize: vendored, scanned, found in the cache by content or built. */
export function createKustomizeRenderer(options: KustomizeOptions = {}): Renderer {
  const cache = new LruCache<string, Render>(options.cacheEntries ?? CACHE_ENTRIES)
  const shared = new SharedWork<Render>()
  const slots = new Slots(availableParallelism())
  const binary = createBinaryBuilder(options)
  const builderFor = (charts: boolean) => (charts ? binary : (options.resident ?? binary))

  const build = async (
    { tree, charts }: Completed,
    overlay: string,
    inputs: readonly string[],
    signal: AbortSignal,
  ): Promise<Render> => {
    const request: BuildRequest = { overlay, charts, signal, ...(await buildFiles(tree, inputs)) }
    const text = await buildWith([builderFor(charts), binary], request)
    return toRender(text.toString('utf8'), inputs, overlay)
  }

  return {
    version: () => builderFor(false).version(),
    async render(given, path, { signal } = {}) {
      const overlay = path.replace(/^(?:\.\/)+|\/+$/g, '')
      const completed = await complete(options.vendor, given, overlay, signal)
      const { tree, charts, resolutions } = completed
      const { files: inputs, problems } = await overlayInputs(tree, overlay)
      if (problems.length > 0) throw new LockstepError(problems)
      const version = await builderFor(charts).version()
      const key = await contentKey({ tree, overlay, inputs, version, flags: charts ? ['charts'] : [] })
      const work = (stop: AbortSignal) => slots.run(() => build(completed, overlay, inputs, stop))
      const render =
        cache.get(key) ??
        (await shared.run(key, work, signal).catch((error) => {
          throw signal?.aborted ? calledOff(overlay) : error
        }))
      cache.set(key, render)
      return resolutions.length > 0 ? { ...render, resolutions } : render
    },
  }
}

async function complete(
  vendor: Vendor | undefined,
  tree: Tree,
  overlay: string,
  signal: AbortSignal | undefined,
): Promise<Completed> {
  if (!vendor) return { tree, resolutions: [], charts: false }
  return vendor.complete(tree, overlay, signal && { signal })
}

async function buildWith([first, second]: readonly [Builder, Builder], request: BuildRequest): Promise<Buffer> {
  try {
    return await first.build(request)
  } catch (error) {
    if (!(error instanceof BuildDeclined)) throw error
    return second.build(request)
  }
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
