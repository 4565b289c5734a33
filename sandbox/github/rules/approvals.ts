import { roleOf } from '../repositories/roles.ts'
import { atLeast } from '../state/account.ts'
import type { PullRequest, Review } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** What each reviewer with write access says now: a comment does not take back an earlier verdict. */
export function standingVerdicts(world: World, repository: Repository, pull: PullRequest): Review[] {
  const verdicts = new Map<string, Review>()
  for (const review of pull.reviews) {
    if (!review.submittedAt || review.state === 'COMMENTED' || review.state === 'PENDING') continue
    if (!atLeast(roleOf(world, repository, review.author), 'write')) continue
    verdicts.set(review.author.login, review)
  }
  return [...verdicts.values()].filter((review) => review.state !== 'DISMISSED')
}
