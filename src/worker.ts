import { setTimeout as sleep } from 'node:timers/promises'
import { holdClusters } from './assemble/hold-clusters.ts'
import { createJobRunner } from './assemble/run-job.ts'
import type { Services } from './assemble/services.ts'

export interface Worker {
  /** Breaks off what it does in clusters and gives them back, and waits for other running jobs. */
  stop(): Promise<void>
}

export interface Work {
  /** Clusters to contend for. Default: every registered one. */
  readonly clusters?: readonly string[]
  /** Run the jobs that no cluster has to be held for. Default true. */
  readonly shared?: boolean
}

/**
 * Holds clusters: reconciles their targets and watches them. Runs the other jobs, and sweeps at start and then at the configured
 * interval.
 */
export function startWorker(services: Services, work: Work = {}): Worker {
  const { clusters = services.clusters.names, shared = true } = work
  const ending = new AbortController()
  if (shared) services.queue.process(createJobRunner(services))
  const sweeping = shared ? sweepOnAndOn(services, ending.signal) : undefined
  const holding = holdClusters(services, clusters, ending.signal)
  return {
    async stop() {
      ending.abort()
      await holding
      await services.queue.close()
      await sweeping
    },
  }
}

/** The interval is jittered by a tenth, so that several workers do not sweep in step. */
async function sweepOnAndOn({ queue, config, log }: Services, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await queue.add({ kind: 'sweep' }).catch((error: unknown) => log.warn({ err: error }, 'a sweep was not stored'))
    const pause = config.sweep.intervalMs * (0.9 + Math.random() * 0.2)
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
}
