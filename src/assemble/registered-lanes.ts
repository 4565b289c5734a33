import { jobLane } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import type { Clusters } from './clusters.ts'

/** The same queue without jobs of clusters that are not registered: nobody would take them. A dispatch says what is wrong with their targets. */
export function toRegistered(queue: JobQueue, { names }: Pick<Clusters, 'names'>): JobQueue {
  return {
    async add(job, options) {
      const lane = jobLane(job)
      if (lane === undefined || names.includes(lane)) await queue.add(job, options)
    },
    process: (handler, options) => queue.process(handler, options),
    size: () => queue.size(),
    ready: () => queue.ready(),
    close: (graceMs) => queue.close(graceMs),
  }
}
