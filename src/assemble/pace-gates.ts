import { type Job, jobId } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import { GatePace } from '../reconcile/report/gate-pace.ts'

const PROMOTIONS_PAUSE_MS = 2_000

/**
 * The same queue for those who work on clusters: however often live objects change, an environment's gates are decided once a pause; and
 * however many targets become healthy together, promotions are looked at once in two seconds.
 */
export function paceGates(queue: Pick<JobQueue, 'add'>, pauseMs?: number): Pick<JobQueue, 'add'> {
  const paces: Partial<Record<Job['kind'], GatePace>> = {
    gates: new GatePace(pauseMs),
    promotions: new GatePace(PROMOTIONS_PAUSE_MS),
  }
  return {
    add(job, options) {
      const pace = paces[job.kind]
      return queue.add(job, pace ? { delayMs: pace.delayFor(jobId(job), Date.now(), options?.delayMs) } : options)
    },
  }
}
