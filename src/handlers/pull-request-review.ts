import { type Job, printSeen } from '../model/job.ts'
import { reviewFacts } from './event-facts.ts'

/** An approval may open a gate, and a dismissed one close it. */
export function onPullRequestReview(payload: unknown): Job[] {
  const facts = reviewFacts(payload)
  const { repository, action, number } = facts
  if (action !== 'submitted' && action !== 'dismissed') return []
  return [
    { kind: 'preview', repository, number, seen: printSeen(facts) },
    { kind: 'promotions', repository },
  ]
}
