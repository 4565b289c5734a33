import { rulesOf } from '../rules/active-rules.ts'
import type { Account } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitReview } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'

/** Approvals fall when what they approved has changed, where a rule asks for it. */
export async function dismissStaleReviews(
  world: World,
  repository: Repository,
  pull: PullRequest,
  by: Account,
): Promise<void> {
  const asked = rulesOf(repository, pull.base.ref).some(
    ({ rule }) => rule.type === 'pull_request' && rule.parameters?.dismiss_stale_reviews_on_push === true,
  )
  if (!asked) return
  for (const review of pull.reviews.filter((one) => one.state === 'APPROVED')) {
    review.state = 'DISMISSED'
    await emitReview(world, repository, pull, review, { action: 'dismissed', sender: by })
  }
}
