import type { Job } from '../model/job.ts'
import { mergeGroupFacts } from './event-facts.ts'

/**
 * Merge queues are not supported: nothing is reported on a group's commit, so a queue that requires `lockstep/gate` times out, and
 * Lockstep answers its own merges with the refusal `queue`. The event is subscribed because adding it later needs every
 * installation's consent.
 */
export function onMergeGroup(payload: unknown): Job[] {
  mergeGroupFacts(payload)
  return []
}
