import type { Job } from '../model/job.ts'
import { type PullRequestFacts, pullRequestFacts } from './event-facts.ts'

const SHOWN_AGAIN = new Set(['opened', 'synchronize', 'reopened', 'ready_for_review', 'converted_to_draft'])

/** A pull request that may say something new is previewed; one of Lockstep's own that is over lets promotions go on. */
export function onPullRequest(payload: unknown): Job[] {
  const facts = pullRequestFacts(payload)
  const { repository, number } = facts
  if (facts.action === 'closed') return isOwnBranch(facts) ? [{ kind: 'promotions', repository }] : []
  const changed = SHOWN_AGAIN.has(facts.action) || (facts.action === 'edited' && facts.baseChanged)
  return changed ? [{ kind: 'preview', repository, number }] : []
}

function isOwnBranch({ headRef }: PullRequestFacts): boolean {
  return headRef.startsWith('lockstep/')
}
