import { availableParallelism } from 'node:os'
import { LockstepError } from '../../model/errors.ts'
import { overlayInputs } from '../../model/kustomization/inputs.ts'
import type { Render, Renderer, RenderOptions } from '../../model/renderer.ts'
import type { Tree } from '../../model/tree.ts'
import type { Completed, Vendor } from '../../model/vendor.ts'
import { createBinaryBuilder } from './binary-builder.ts'
import { type BuildLimits, calledOff } from './build-failures.ts'
import { buildFiles } from './build-files.ts'
import { BuildQueue } from './build-queue.ts'
import type { Builder } from './builder.ts'
import { builderVersion, buildWith } from './choose-builder.ts'
import { contentKey } from './content-key.ts'
import type { RenderGroup } from './fair-queue.ts'
import { findHelm } from './find-helm.ts'
import { once } from './once.ts'
import type { RenderContent } from './render-cache/packed-render.ts'
import { RenderCache, type RenderCacheOptions } from './render-cache/render-cache.ts'
import { mayDiffer, settle } from './settle-charts.ts'
import { toRender } from './to-render.ts'

export interface KustomizeOptions {
  /** Left out, `KUSTOMIZE_BIN`, PATH and the cache are searched. */
  readonly binary?: string
  /** Left out, `HELM_BIN`, PATH and the cache are searched; asked for only where an overlay has charts. */
  readonly helm?: string
  /** Where builds get their own directories; the system's temporary directory by default. */
  readonly scratch?: string
  /** By default a little memory, and nothing on disk. */
  readonly cache?: Partial<RenderCacheOptions>
  readonly limits?: Partial<BuildLimits>
  /** Builds at once, by default one a core. */
  readonly workers?: number
  /** Asked first for everything but charts; what it declines the binary builds. */
  readonly resident?: Builder
  /** Brings in remote bases and charts; without it they are refused. */
  readonly vendor?: Vendor
}

/** Renders for everybody in this process: one cache, one set of slots. */
export interface KustomizeRenderer extends Renderer {
  /** The same renderer for one of those who share it; groups take turns. Without it everything is one group of previews. */
  forGroup(group: RenderGroup): Renderer
  /** Ends the builders' processes. */
  close(): Promise<void>
}

const MEMORY_BYTES = 32 * 1024 ** 2
const EVERYBODY: RenderGroup = { name: '', priority: 'preview' }

/** Renders overlays with kustomize: vendored, scanned, found in the cache by content or built when it is their turn. */
export function createKustomizeRenderer(options: KustomizeOptions = {}): KustomizeRenderer {
  const cache = new RenderCache({ memoryBytes: MEMORY_BYTES, ...options.cache })
  const queue = new BuildQueue<RenderContent>(options.workers ?? availableParallelism())
  const builders = {
    binary: createBinaryBuilder(options),
    charts: createBinaryBuilder(
      options,
      once(() => findHelm(options.helm)),
    ),
    ...(options.resident && { resident: options.resident }),
  }

  const build = async (
    { completed, overlay, inputs, charts, key }: Scanned,
    group: RenderGroup,
    signal: AbortSignal | undefined,
  ): Promise<RenderContent> => {
    // Before it is this build's turn, so that the files of many are read together.
    const files = await buildFiles(completed.tree, inputs)
    const work = async (stop: AbortSignal) => {
      const request = { overlay, charts, signal: stop, ...files }
      const render = async () => toRender((await buildWith(builders, request)).toString('utf8'), overlay, inputs)
      const first = await render()
      const content = charts && mayDiffer(request.files) ? settle(first, await render()) : first
      await cache.set(key, content)
      return content
    }
    return queue.run(key, group, work, signal).catch((error) => {
      throw signal?.aborted ? calledOff(overlay) : relocated(error, completed)
    })
  }

  const scan = async (tree: Tree, overlay: string, wishes: RenderOptions): Promise<Scanned> => {
    const completed = await complete(options.vendor, tree, overlay, wishes)
    const { files: inputs, problems, charts: found } = await overlayInputs(completed.tree, overlay)
    if (problems.length > 0) throw new LockstepError(problems)
    const charts = found.length > 0
    const version = await builderVersion(builders, charts)
    const flags = charts ? ['charts'] : []
    const key = await contentKey({ tree: completed.tree, overlay, inputs, version, flags })
    return { completed, overlay, inputs, charts, key }
  }

  const forGroup = (group: RenderGroup): Renderer => ({
    version: () => builderVersion(builders, false),
    async render(tree, path, wishes = {}) {
      const overlay = path.replace(/^(?:\.\/)+|\/+$/g, '')
      const scanned = await scan(tree, overlay, wishes).catch((error) => {
        throw wishes.signal?.aborted ? calledOff(overlay) : error
      })
      const content = (await cache.get(scanned.key)) ?? (await build(scanned, group, wishes.signal))
      return toAnswer(content, scanned)
    },
  })

  return {
    ...forGroup(EVERYBODY),
    forGroup,
    async close() {
      await Promise.all(Object.values(builders).map((builder) => builder?.close()))
    },
  }
}

interface Scanned {
  readonly completed: Completed
  readonly overlay: string
  readonly inputs: readonly string[]
  /** Helm has to run. */
  readonly charts: boolean
  /** Content key. */
  readonly key: string
}

async function complete(
  vendor: Vendor | undefined,
  tree: Tree,
  overlay: string,
  wishes: RenderOptions,
): Promise<Completed> {
  if (!vendor) return { tree, resolutions: [], charts: false }
  return vendor.complete(tree, overlay, wishes)
}

/** Nobody has the files that were brought in, so what is wrong with them is said where they are referred to. */
function relocated(error: unknown, { relocate }: Completed): unknown {
  if (!(error instanceof LockstepError) || !relocate) return error
  return new LockstepError(error.problems.map(relocate), { kind: error.kind, cause: error })
}

/** Reads nothing of the content yet: it is read when it is asked for. */
function toAnswer(content: RenderContent, { inputs, completed: { resolutions } }: Scanned): Render {
  return {
    digest: content.digest,
    get text() {
      return content.text
    },
    get manifests() {
      return content.manifests
    },
    inputs,
    ...(content.unstable && { unstable: content.unstable }),
    ...(resolutions.length > 0 && { resolutions }),
  }
}
