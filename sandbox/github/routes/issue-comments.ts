import { needs } from '../http/access.ts'
import { created, noContent, ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notAccessible, Refusal } from '../http/refusal.ts'
import { actor, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { createComment, deleteComment, editComment } from '../issues/comment.ts'
import { roleOf } from '../repositories/roles.ts'
import { atLeast } from '../state/account.ts'
import type { IssueComment } from '../state/issue.ts'
import { issueCommentView } from '../views/issue.ts'
import { commentOf, issueOf } from './find.ts'

const READ = needs(['issues:read', 'pull_requests:read'])
const WRITE = needs(['issues:write', 'pull_requests:write'], 'read')

export const issueCommentRoutes: readonly Route[] = [
  repositoryRoute('GET', '/issues/comments', READ, (call) => list(call, [...call.repository.comments.values()])),

  repositoryRoute('GET', '/issues/comments/:id', READ, (call) =>
    ok(issueCommentView(call.world, call.repository, commentOf(call), call.caller)),
  ),

  repositoryRoute('PATCH', '/issues/comments/:id', WRITE, async (call) => {
    const comment = commentOf(call)
    checkAuthor(call, comment)
    await editComment(call.world, call.repository, comment, actor(call), call.input.requiredText('body'))
    return ok(issueCommentView(call.world, call.repository, comment, call.caller))
  }),

  repositoryRoute('DELETE', '/issues/comments/:id', WRITE, async (call) => {
    const comment = commentOf(call)
    checkAuthor(call, comment)
    await deleteComment(call.world, call.repository, comment, actor(call))
    return noContent()
  }),

  repositoryRoute('GET', '/issues/:number/comments', READ, (call) => {
    const { number } = issueOf(call)
    return list(
      call,
      [...call.repository.comments.values()].filter((comment) => comment.issue === number),
    )
  }),

  repositoryRoute(
    'POST',
    '/issues/:number/comments',
    WRITE,
    async (call) => {
      const { world, repository } = call
      const comment = await createComment(
        world,
        repository,
        issueOf(call),
        actor(call),
        call.input.requiredText('body'),
      )
      const view = issueCommentView(world, repository, comment, call.caller)
      return created(view, String(view.url))
    },
    { createsContent: true },
  ),
]

/** Ascending by id; `since` looks at the time of the last edit. */
function list(call: RepositoryCall, comments: readonly IssueComment[]): ReturnType<typeof page> {
  const since = Date.parse(call.query.get('since') ?? '')
  const fresh = comments.filter((comment) => Number.isNaN(since) || Date.parse(comment.updatedAt) >= since)
  return page(call, fresh, (comment) => issueCommentView(call.world, call.repository, comment, call.caller))
}

/** People edit their own comments, or all with write access; an App edits its own. */
function checkAuthor(call: RepositoryCall, comment: IssueComment): void {
  const account = actorAccount(actor(call))
  if (comment.author === account || atLeast(roleOf(call.world, call.repository, account), 'write')) return
  throw call.caller.kind === 'installation'
    ? notAccessible()
    : new Refusal(403, 'Must have admin rights to Repository.')
}
