import { type Actor, actorAccount } from '../http/caller.ts'
import { unprocessable, validationFailed } from '../http/refusal.ts'
import { checkBody } from '../issues/body.ts'
import type { PullRequest, Review, ReviewState } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitReview } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'

const STATES: Readonly<Record<ReviewEvent, ReviewState>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
}

/** Writes a review; without an event it stays pending and only its author sees it. */
export async function createReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  actor: Actor,
  request: { event?: ReviewEvent | undefined; body: string; commit?: string | undefined },
): Promise<Review> {
  checkBody('PullRequestReview', request.body)
  const author = actorAccount(actor)
  if (request.event === undefined && pendingOf(pull, author.login)) {
    throw validationFailed('User can only have one pending review per pull request')
  }
  const review: Review = {
    id: world.nextId(),
    author,
    commit: request.commit ?? pull.head.sha,
    body: request.body,
    state: 'PENDING',
  }
  if (request.event) checkEvent(pull, actor, request.event, request.body)
  pull.reviews.push(review)
  if (request.event) await submitReview(world, repository, pull, review, actor, request.event)
  return review
}

export async function submitReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  actor: Actor,
  event: ReviewEvent,
): Promise<void> {
  checkEvent(pull, actor, event, review.body)
  review.state = STATES[event]
  review.submittedAt = world.now()
  pull.requestedReviewers = pull.requestedReviewers.filter((reviewer) => reviewer !== review.author)
  pull.updatedAt = world.now()
  await emitReview(world, repository, pull, review, { action: 'submitted', sender: actorAccount(actor) })
}

export async function dismissReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  actor: Actor,
): Promise<void> {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw unprocessable('Can not dismiss a commented pull request review')
  }
  review.state = 'DISMISSED'
  await emitReview(world, repository, pull, review, { action: 'dismissed', sender: actorAccount(actor) })
}

export function pendingOf(pull: PullRequest, login: string): Review | undefined {
  return pull.reviews.find((review) => review.state === 'PENDING' && review.author.login === login)
}

function checkEvent(pull: PullRequest, actor: Actor, event: ReviewEvent, body: string): void {
  const own = actorAccount(actor) === pull.author
  if (own && event === 'APPROVE') throw validationFailed('Cannot approve your own pull request')
  if (own && event === 'REQUEST_CHANGES') throw validationFailed('Can not request changes on your own pull request')
  if (event !== 'APPROVE' && body === '') throw validationFailed('Body cannot be blank')
}
