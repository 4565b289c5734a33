import { jobId } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import { GatePace } from '../reconcile/report/gate-pace.ts'

/** The same queue for those who watch clusters: however often live objects change, an environment's gates are decided once a pause. */
export function paceGates(queue: Pick<JobQueue, 'add'>, pauseMs?: number): Pick<JobQueue, 'add'> {
  const pace = new GatePace(pauseMs)
  return {
    add(job, options) {
      if (job.kind !== 'gates') return queue.add(job, options)
      return queue.add(job, { delayMs: pace.delayFor(jobId(job), Date.now(), options?.delayMs) })
    },
  }
}
