import type { Job } from '../model/job.ts'
import { reviewFacts } from './event-facts.ts'

/** An approval may open a gate, and a dismissed one close it. */
export function onPullRequestReview(payload: unknown): Job[] {
  const { repository, action, number } = reviewFacts(payload)
  if (action !== 'submitted' && action !== 'dismissed') return []
  return [
    { kind: 'preview', repository, number },
    { kind: 'promotions', repository },
  ]
}
