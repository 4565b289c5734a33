import type { Caller } from '../http/caller.ts'
import { mergeableState } from '../pulls/mergeable-state.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { authorAssociation } from './association.ts'
import { labelView } from './label.ts'
import { nodeId } from './node-id.ts'
import { repositoryApiUrl, repositoryPageUrl, repositoryView } from './repository.ts'

/** A pull request in lists and in review events: nothing that has to be computed. */
export function simplePullView(
  world: World,
  repository: Repository,
  pull: PullRequest,
  viewer: Caller,
): Record<string, unknown> {
  const api = `${repositoryApiUrl(world, repository)}/pulls/${pull.number}`
  const issue = `${repositoryApiUrl(world, repository)}/issues/${pull.number}`
  const page = `${repositoryPageUrl(world, repository)}/pull/${pull.number}`
  const links = {
    comments_url: `${issue}/comments`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${repositoryApiUrl(world, repository)}/pulls/comments{/number}`,
    commits_url: `${api}/commits`,
    statuses_url: `${repositoryApiUrl(world, repository)}/statuses/${pull.head.sha}`,
  }
  return {
    url: api,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: accountView(world, pull.author),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt ?? null,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.commit ?? pull.testMerge ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.requestedReviewers.map((reviewer) => accountView(world, reviewer)),
    requested_teams: [],
    labels: pull.labels.map((name) => labelView(world, repository, name)),
    milestone: null,
    draft: pull.draft,
    ...links,
    head: sideView(world, pull.head.repository, pull.head.ref, pull.head.sha),
    base: sideView(world, repository, pull.base.ref, pull.base.sha),
    _links: hypermedia(api, issue, page, links),
    author_association: authorAssociation(repository, pull.author, viewer),
    auto_merge: null,
    active_lock_reason: null,
  }
}

/** The whole pull request, as `GET`, the answers to writes and the `pull_request` event have it. */
export async function pullView(
  world: World,
  repository: Repository,
  pull: PullRequest,
  viewer: Caller,
): Promise<Record<string, unknown>> {
  const { mergeability } = pull
  const known = mergeability.state === 'known' && pull.state === 'open'
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === pull.number).length
  return {
    ...simplePullView(world, repository, pull, viewer),
    merged: pull.merged !== undefined,
    mergeable: known ? mergeability.mergeable : null,
    rebaseable: known ? mergeability.mergeable : null,
    mergeable_state: await mergeableState(world, repository, pull),
    merged_by: pull.merged ? accountView(world, pull.merged.by) : null,
    comments,
    review_comments: 0,
    maintainer_can_modify: false,
    ...(await sizes(repository, pull)),
  }
}

function sideView(world: World, repository: Repository, ref: string, sha: string): Record<string, unknown> {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: accountView(world, repository.owner),
    repo: repositoryView(world, repository),
  }
}

function hypermedia(api: string, issue: string, page: string, links: Record<string, string>): Record<string, unknown> {
  return {
    self: { href: api },
    html: { href: page },
    issue: { href: issue },
    comments: { href: links.comments_url },
    review_comments: { href: links.review_comments_url },
    review_comment: { href: links.review_comment_url },
    commits: { href: links.commits_url },
    statuses: { href: links.statuses_url },
  }
}

async function sizes(repository: Repository, pull: PullRequest): Promise<Record<string, number>> {
  const { git } = repository
  const base = (await git.mergeBase(pull.base.sha, pull.head.sha)) ?? pull.base.sha
  const lines = (await git.text(['diff', '-M', '--numstat', base, pull.head.sha])).split('\n').filter(Boolean)
  const sum = (column: number): number =>
    lines.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0)
  return {
    commits: await git.count(`${base}..${pull.head.sha}`),
    additions: sum(0),
    deletions: sum(1),
    changed_files: lines.length,
  }
}
