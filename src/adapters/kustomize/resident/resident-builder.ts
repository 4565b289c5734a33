import { availableParallelism } from 'node:os'
import type { ProcessResult } from '../../process/run-process.ts'
import { BUILD_LIMITS, type BuildLimits, calledOff, failedBuild } from '../build-failures.ts'
import { BuildDeclined, type Builder, type BuildRequest } from '../builder.ts'
import { confine } from '../confinement.ts'
import { once } from '../once.ts'
import { ProcessPool } from './process-pool.ts'
import { RendererProcess } from './renderer-process.ts'
import { rendererVersion } from './renderer-version.ts'

export interface ResidentBuilderOptions {
  /** Absolute path of what `renderer/` is built into. */
  readonly program: string
  /** Processes at most, by default one a core. */
  readonly processes?: number
  readonly limits?: Partial<BuildLimits>
}

/**
 * Builds with kustomize's own command in processes that stay, from memory alone. Declines charts, and everything when the program
 * cannot be run.
 */
export function createResidentBuilder(options: ResidentBuilderOptions): Builder {
  const limits = { ...BUILD_LIMITS, ...options.limits }
  const confinement = once(() => confine({ memoryBytes: limits.memoryBytes + ROOM_BYTES }))
  const version = once(() => rendererVersion(options.program))
  const start = async () => new RendererProcess([...(await confinement()), options.program], ENVIRONMENT)
  const pool = new ProcessPool(options.processes ?? availableParallelism(), start)

  return {
    version,
    async build(request) {
      if (request.charts) throw new BuildDeclined('Charts need helm, which the resident renderer does not run.')
      const done = await attempt(pool, request, limits)
      if (done.ended === 'missing') throw new BuildDeclined('The resident renderer cannot be run.')
      if (done.ended === 'exit' && done.code === 0) return done.stdout
      throw failedBuild(done, request, ROOT, limits)
    },
    close: async () => pool.close(),
  }
}

/** renderer/tree.go: where a build's files are, in kustomize's words. */
const ROOT = '/lockstep-render'

/** What earlier builds leave behind and the copies of a request and its answer, so that whatever fits into the binary's limit fits here. */
const ROOM_BYTES = 512 * 1024 ** 2

/** No PATH, no home, no configuration. */
const ENVIRONMENT = { PATH: '/nonexistent' }

/** A process that breaks down may do so for what earlier builds left behind: only one of this build's own tells what the overlay does. */
async function attempt(pool: ProcessPool, request: BuildRequest, limits: BuildLimits): Promise<ProcessResult> {
  const { signal } = request
  const started = { at: 0 }
  const work = async (process: RendererProcess) => {
    started.at ||= performance.now()
    const left = Math.max(1, limits.timeoutMs - (performance.now() - started.at))
    return { used: process.used, done: await process.build(request, { ...limits, timeoutMs: left }) }
  }
  try {
    if (request.ownProcess) return (await pool.useFresh(signal, work)).done
    const { used, done } = await pool.use(signal, work)
    return used && hasCrashed(done) ? (await pool.useFresh(signal, work)).done : done
  } catch (error) {
    throw signal.aborted ? calledOff(request.overlay) : error
  }
}

function hasCrashed({ ended, code }: ProcessResult): boolean {
  return ended === 'exit' && code !== 0 && code !== 1
}
