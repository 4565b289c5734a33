import type { MergeRefusal } from '../../model/github.ts'
import type { GitHubFailure } from './github-failure.ts'

/**
 * What GitHub means by refusing a merge. 409 is the guard on the head; 405 stands for everything else, so only its words separate a
 * race that passes from a rule that stays. `unclear` says no more than "not now": the pull request itself has to be looked at.
 */
export function mergeRefusalOf(failure: GitHubFailure): MergeRefusal | 'unclear' | undefined {
  const said = [failure.message, ...failure.details].join('\n')
  if (failure.kind === 'missing') return 'closed'
  if (failure.kind !== 'conflict' && failure.kind !== 'refused') return undefined
  if (/head branch (was|is) (modified|out of date)|expected head|head sha/i.test(said)) return 'head-moved'
  if (/base branch was modified/i.test(said)) return 'base-moved'
  if (/merge queue/i.test(said)) return 'queue'
  if (/(merge commits|squash merges|rebase merges|merge method).*not allowed/i.test(said)) return 'method'
  if (/merge conflict/i.test(said)) return 'conflict'
  if (/not mergeable/i.test(said)) return 'unclear'
  if (failure.status === 409) return 'head-moved'
  return /closed|already merged/i.test(said) ? 'unclear' : 'blocked'
}
