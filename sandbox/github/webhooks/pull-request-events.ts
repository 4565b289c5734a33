import type { Account } from '../state/account.ts'
import type { PullRequest, Review } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { pullView, simplePullView } from '../views/pull-request.ts'
import { reviewEventView } from '../views/review.ts'
import type { World } from '../world.ts'
import { emit } from './emit.ts'

export function emitPullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  event: { action: string; sender: Account; extra?: Record<string, unknown> },
): Promise<void> {
  return emit(world, {
    event: 'pull_request',
    action: event.action,
    repository,
    sender: event.sender,
    payload: async (viewer) => ({
      number: pull.number,
      pull_request: await pullView(world, repository, pull, viewer),
      ...event.extra,
    }),
  })
}

export function emitReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  event: { action: 'submitted' | 'dismissed' | 'edited'; sender: Account; extra?: Record<string, unknown> },
): Promise<void> {
  return emit(world, {
    event: 'pull_request_review',
    action: event.action,
    repository,
    sender: event.sender,
    payload: (viewer) => ({
      review: reviewEventView(world, repository, pull, review, viewer),
      pull_request: simplePullView(world, repository, pull, viewer),
      ...event.extra,
    }),
  })
}
