import { type JobHandler, Superseded } from '../../model/job-queue.ts'
import type { PendingJob, PendingJobs } from './pending-jobs.ts'
import { ATTEMPTS, backoffMs, type QueueOptions } from './retry.ts'

/** Runs a stored job once, and settles it unless it has to run again. Answers after how many milliseconds it should be tried again. */
export async function attemptJob(
  pending: PendingJobs,
  id: string,
  { job, generation }: PendingJob,
  handler: JobHandler,
  signal: AbortSignal,
  options: QueueOptions,
): Promise<number | undefined> {
  const attempt = await pending.countAttempt(id)
  try {
    if (attempt > ATTEMPTS) throw new Error('the process ended in each of its attempts')
    await handler(job, signal)
    await pending.settle(id, generation)
    return undefined
  } catch (error) {
    if (signal.reason instanceof Superseded) return undefined
    if (signal.aborted) {
      await pending.forgetAttempt(id)
      return undefined
    }
    const final = attempt >= ATTEMPTS
    options.onFailure?.({ job, error, attempt, final })
    if (!final) return backoffMs(attempt, options.retryBaseMs)
    await pending.settle(id, generation)
    return undefined
  }
}
