import { type Job, jobId } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import { GatePace } from '../reconcile/report/gate-pace.ts'

const OTHERWISE_PAUSE_MS = 5_000
const PROMOTIONS_PAUSE_MS = 2_000

/**
 * The same queue for those who work on clusters: however often live objects change, an environment's gates are decided once a pause (a
 * minute), the end of drift and all else are told within seconds; and however many targets become healthy together, promotions are looked at once
 * in two seconds.
 */
export function paceGates(queue: Pick<JobQueue, 'add'>, pauseMs?: number): Pick<JobQueue, 'add'> {
  const gates = {
    drift: new GatePace(pauseMs),
    settled: new GatePace(Math.min(OTHERWISE_PAUSE_MS, pauseMs ?? OTHERWISE_PAUSE_MS)),
    other: new GatePace(Math.min(OTHERWISE_PAUSE_MS, pauseMs ?? OTHERWISE_PAUSE_MS)),
  }
  const promotions = new GatePace(PROMOTIONS_PAUSE_MS)
  const paceOf = (job: Job) => {
    if (job.kind === 'gates') return gates[job.about ?? 'other']
    return job.kind === 'promotions' ? promotions : undefined
  }
  return {
    add(job, options) {
      const pace = paceOf(job)
      return queue.add(job, pace ? { delayMs: pace.delayFor(jobId(job), Date.now(), options?.delayMs) } : options)
    },
  }
}
