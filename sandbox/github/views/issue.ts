import type { Caller } from '../http/caller.ts'
import type { Issue, IssueComment } from '../state/issue.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { appView } from './app.ts'
import { authorAssociation } from './association.ts'
import { labelView } from './label.ts'
import { nodeId } from './node-id.ts'
import { reactionCounts } from './reactions.ts'
import { repositoryApiUrl, repositoryPageUrl } from './repository.ts'

export function issueView(world: World, repository: Repository, issue: Issue, viewer: Caller): Record<string, unknown> {
  const api = `${repositoryApiUrl(world, repository)}/issues/${issue.number}`
  const pull = repository.pulls.get(issue.number)
  const page = `${repositoryPageUrl(world, repository)}/${pull ? 'pull' : 'issues'}/${issue.number}`
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === issue.number).length
  return {
    url: api,
    repository_url: repositoryApiUrl(world, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: page,
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    user: accountView(world, issue.author),
    labels: issue.labels.map((name) => labelView(world, repository, name)),
    state: issue.state,
    locked: issue.locked,
    assignee: null,
    assignees: [],
    milestone: null,
    comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    author_association: authorAssociation(repository, issue.author, viewer),
    active_lock_reason: null,
    ...(pull
      ? {
          draft: pull.draft,
          pull_request: {
            url: `${repositoryApiUrl(world, repository)}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.merged?.at ?? null,
          },
        }
      : {}),
    body: issue.body,
    reactions: reactionCounts(api, issue.reactions),
    timeline_url: `${api}/timeline`,
    performed_via_github_app: issue.app ? appView(world, issue.app) : null,
    state_reason: issue.state === 'closed' && !pull ? 'completed' : null,
  }
}

export function issueCommentView(
  world: World,
  repository: Repository,
  comment: IssueComment,
  viewer: Caller,
): Record<string, unknown> {
  const api = `${repositoryApiUrl(world, repository)}/issues`
  const kind = repository.pulls.has(comment.issue) ? 'pull' : 'issues'
  return {
    url: `${api}/comments/${comment.id}`,
    html_url: `${repositoryPageUrl(world, repository)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: accountView(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(repository, comment.author, viewer),
    body: comment.body,
    reactions: reactionCounts(`${api}/comments/${comment.id}`, comment.reactions),
    performed_via_github_app: comment.app ? appView(world, comment.app) : null,
  }
}
