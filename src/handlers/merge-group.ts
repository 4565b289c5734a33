import type { Job } from '../model/job.ts'
import { mergeGroupFacts } from './event-facts.ts'

/** A commit that a merge queue built is judged like a pull request's; one that it gave up needs no judging any more. */
export function onMergeGroup(payload: unknown): Job[] {
  const { repository, action, branch, headSha, baseSha } = mergeGroupFacts(payload)
  if (action !== 'checks_requested' && action !== 'destroyed') return []
  const group: Job = { kind: 'group', repository, branch, headSha, baseSha }
  return [action === 'destroyed' ? { ...group, destroyed: true } : group]
}
