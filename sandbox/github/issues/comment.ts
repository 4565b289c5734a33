import { type Actor, actorAccount, actorApp } from '../http/caller.ts'
import { Refusal, validationFailed } from '../http/refusal.ts'
import { roleOf } from '../repositories/roles.ts'
import { atLeast } from '../state/account.ts'
import type { Issue, IssueComment } from '../state/issue.ts'
import type { Repository } from '../state/repository.ts'
import { issueCommentView, issueView } from '../views/issue.ts'
import { emit } from '../webhooks/emit.ts'
import type { World } from '../world.ts'
import { checkBody } from './body.ts'

/** Writes a comment on an issue or pull request and announces it. */
export async function createComment(
  world: World,
  repository: Repository,
  issue: Issue,
  actor: Actor,
  body: string,
): Promise<IssueComment> {
  checkCommentBody(body)
  const author = actorAccount(actor)
  if (issue.locked && !atLeast(roleOf(world, repository, author), 'write')) {
    throw new Refusal(403, 'Unable to create comment because issue is locked.')
  }
  const app = actorApp(actor)
  const now = world.now()
  const comment: IssueComment = {
    id: world.nextId(),
    issue: issue.number,
    author,
    ...(app ? { app } : {}),
    createdAt: now,
    updatedAt: now,
    body,
    reactions: [],
  }
  repository.comments.set(comment.id, comment)
  issue.updatedAt = now
  await announce(world, repository, comment, actor, 'created')
  return comment
}

export async function editComment(
  world: World,
  repository: Repository,
  comment: IssueComment,
  actor: Actor,
  body: string,
): Promise<void> {
  checkCommentBody(body)
  const changes = { body: { from: comment.body } }
  comment.body = body
  comment.updatedAt = world.now()
  await announce(world, repository, comment, actor, 'edited', { changes })
}

export async function deleteComment(
  world: World,
  repository: Repository,
  comment: IssueComment,
  actor: Actor,
): Promise<void> {
  repository.comments.delete(comment.id)
  await announce(world, repository, comment, actor, 'deleted')
}

function checkCommentBody(body: string): void {
  if (body.trim() === '') {
    throw validationFailed({ resource: 'IssueComment', code: 'missing_field', field: 'body' })
  }
  checkBody('IssueComment', body)
}

async function announce(
  world: World,
  repository: Repository,
  comment: IssueComment,
  actor: Actor,
  action: string,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const issue = repository.issues.get(comment.issue)
  if (!issue) return
  await emit(world, {
    event: 'issue_comment',
    action,
    repository,
    sender: actorAccount(actor),
    payload: (viewer) => ({
      ...extra,
      issue: issueView(world, repository, issue, viewer),
      comment: issueCommentView(world, repository, comment, viewer),
    }),
  })
}
