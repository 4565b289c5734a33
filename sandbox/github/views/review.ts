import type { Caller } from '../http/caller.ts'
import type { PullRequest, Review } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { authorAssociation } from './association.ts'
import { nodeId } from './node-id.ts'
import { repositoryApiUrl, repositoryPageUrl } from './repository.ts'

export function reviewView(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  viewer: Caller,
): Record<string, unknown> {
  const api = `${repositoryApiUrl(world, repository)}/pulls/${pull.number}`
  const page = `${repositoryPageUrl(world, repository)}/pull/${pull.number}#pullrequestreview-${review.id}`
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: accountView(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: api,
    author_association: authorAssociation(repository, review.author, viewer),
    _links: { html: { href: page }, pull_request: { href: api } },
    ...(review.submittedAt ? { submitted_at: review.submittedAt } : {}),
    commit_id: review.commit,
  }
}

/** Webhooks spell the state in lower case and have no body for an empty one. */
export function reviewEventView(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  viewer: Caller,
): Record<string, unknown> {
  return {
    ...reviewView(world, repository, pull, review, viewer),
    state: review.state.toLowerCase(),
    body: review.body || null,
    submitted_at: review.submittedAt ?? null,
  }
}
