import { needs } from '../http/access.ts'
import { ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notFound, Refusal, validationFailed } from '../http/refusal.ts'
import { actor, numberParam, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { requestReviewers } from '../pulls/request-reviewers.ts'
import { createReview, dismissReview, type ReviewEvent, submitReview } from '../pulls/review.ts'
import { roleOf } from '../repositories/roles.ts'
import { rulesOf } from '../rules/active-rules.ts'
import { atLeast } from '../state/account.ts'
import type { Review } from '../state/pull-request.ts'
import { simplePullView } from '../views/pull-request.ts'
import { reviewView } from '../views/review.ts'
import { pullOf, refuse } from './find.ts'

const READ = needs('pull_requests:read')
const WRITE = needs('pull_requests:write', 'read')
const EVENTS: readonly ReviewEvent[] = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT']

export const reviewRoutes: readonly Route[] = [
  repositoryRoute('GET', '/pulls/:number/reviews', READ, (call) => {
    const visible = pullOf(call).reviews.filter((review) => review.state !== 'PENDING' || isOwn(call, review))
    return page(call, visible, (review) => view(call, review))
  }),

  repositoryRoute(
    'POST',
    '/pulls/:number/reviews',
    WRITE,
    async (call) => {
      const { input, world, repository } = call
      const request = {
        event: input.choice('event', EVENTS),
        body: input.text('body') ?? '',
        commit: input.text('commit_id'),
      }
      return ok(view(call, await createReview(world, repository, pullOf(call), actor(call), request)))
    },
    { createsContent: true },
  ),

  repositoryRoute('GET', '/pulls/:number/reviews/:review', READ, (call) => ok(view(call, reviewOf(call)))),

  repositoryRoute('POST', '/pulls/:number/reviews/:review/events', WRITE, async (call) => {
    const { input, world, repository } = call
    const review = reviewOf(call)
    if (!isOwn(call, review) || review.state !== 'PENDING') throw notFound()
    input.require('event')
    review.body = input.text('body') ?? review.body
    const event = input.choice('event', EVENTS) ?? 'COMMENT'
    await submitReview(world, repository, pullOf(call), review, actor(call), event)
    return ok(view(call, review))
  }),

  repositoryRoute('PUT', '/pulls/:number/reviews/:review/dismissals', WRITE, async (call) => {
    const { input, world, repository } = call
    const review = reviewOf(call)
    if (!input.requiredText('message')) throw validationFailed('Message cannot be blank')
    checkMayDismiss(call)
    await dismissReview(world, repository, pullOf(call), review, actor(call))
    return ok(view(call, review))
  }),

  repositoryRoute('POST', '/pulls/:number/requested_reviewers', WRITE, async (call) => {
    const { world, repository, input } = call
    const pull = pullOf(call)
    await requestReviewers(world, repository, pull, actor(call), input.texts('reviewers') ?? [])
    return { status: 201, body: simplePullView(world, repository, pull, call.caller) }
  }),
]

/** Write access dismisses; on a protected branch it takes an admin. */
function checkMayDismiss(call: RepositoryCall): void {
  const { world, repository, caller } = call
  if (caller.kind !== 'user') return
  const isProtected = rulesOf(repository, pullOf(call).base.ref).some(({ rule }) => rule.type === 'pull_request')
  if (atLeast(roleOf(world, repository, caller.account), isProtected ? 'admin' : 'write')) return
  throw new Refusal(403, 'Must have admin rights to Repository.')
}

function reviewOf(call: RepositoryCall): Review {
  const review = pullOf(call).reviews.find((one) => one.id === numberParam(call, 'review'))
  return review && (review.state !== 'PENDING' || isOwn(call, review)) ? review : refuse(notFound())
}

function isOwn(call: RepositoryCall, review: Review): boolean {
  const { caller } = call
  return (caller.kind === 'user' || caller.kind === 'installation') && actorAccount(caller) === review.author
}

function view(call: RepositoryCall, review: Review): Record<string, unknown> {
  return reviewView(call.world, call.repository, pullOf(call), review, call.caller)
}
