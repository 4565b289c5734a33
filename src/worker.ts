import { setTimeout as sleep } from 'node:timers/promises'
import { createJobRunner } from './assemble/run-job.ts'
import type { Services } from './assemble/services.ts'
import { watchClusters } from './assemble/watch-clusters.ts'

export interface Worker {
  /** Ends watches and waits for running jobs. */
  stop(): Promise<void>
}

/** Runs jobs, sweeps at start and then at the configured interval, and watches the clusters it holds. */
export function startWorker(services: Services): Worker {
  const ending = new AbortController()
  services.queue.process(createJobRunner(services))
  const sweeping = sweepOnAndOn(services, ending.signal)
  const watching = watchClusters(services, ending.signal)
  return {
    async stop() {
      ending.abort()
      await services.queue.close()
      await Promise.all([sweeping, watching])
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
