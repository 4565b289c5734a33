import { type Actor, actorAccount } from '../http/caller.ts'
import { unprocessable } from '../http/refusal.ts'
import { roleOf } from '../repositories/roles.ts'
import type { Account } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { accountView } from '../views/account.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'

/** Asks for reviews; one name that cannot be asked refuses the whole list. */
export async function requestReviewers(
  world: World,
  repository: Repository,
  pull: PullRequest,
  actor: Actor,
  logins: readonly string[],
): Promise<void> {
  const reviewers = logins.map((login) => askable(world, repository, pull, login))
  for (const reviewer of reviewers.filter((one) => !pull.requestedReviewers.includes(one))) {
    pull.requestedReviewers.push(reviewer)
    const extra = { requested_reviewer: accountView(world, reviewer) }
    await emitPullRequest(world, repository, pull, { action: 'review_requested', sender: actorAccount(actor), extra })
  }
}

function askable(world: World, repository: Repository, pull: PullRequest, login: string): Account {
  const account = world.account(login)
  if (account === pull.author) throw unprocessable('Review cannot be requested from pull request author.')
  if (account && roleOf(world, repository, account)) return account
  throw unprocessable(
    'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
  )
}
