import { type Job, printSeen } from '../model/job.ts'
import { type PullRequestFacts, pullRequestFacts } from './event-facts.ts'

/** A head that may have no gate yet. */
const NEW_HEAD = new Set(['opened', 'synchronize', 'reopened'])
const SHOWN_AGAIN = new Set([...NEW_HEAD, 'ready_for_review', 'converted_to_draft'])

/** A pull request that may say something new is previewed; one of Lockstep's own that is over lets promotions go on. */
export function onPullRequest(payload: unknown): Job[] {
  const facts = pullRequestFacts(payload)
  const { repository, number } = facts
  if (facts.action === 'closed') return closed(facts)
  if (!SHOWN_AGAIN.has(facts.action) && !(facts.action === 'edited' && facts.baseChanged)) return []
  const preview: Job = { kind: 'preview', repository, number, seen: printSeen(facts) }
  return NEW_HEAD.has(facts.action) ? [{ kind: 'announce', repository, number }, preview] : [preview]
}

/** A preview that is under way is broken off: it will find nothing open. */
function closed({ repository, number, headRef }: PullRequestFacts): Job[] {
  const isOwn = headRef.startsWith('lockstep/')
  const preview: Job = { kind: 'preview', repository, number, seen: 'closed' }
  return isOwn ? [preview, { kind: 'promotions', repository }] : [preview]
}
