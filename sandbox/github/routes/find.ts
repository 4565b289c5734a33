import { notFound, Refusal } from '../http/refusal.ts'
import { numberParam, type RepositoryCall } from '../http/route.ts'
import type { Issue, IssueComment } from '../state/issue.ts'
import type { PullRequest } from '../state/pull-request.ts'

/** The pull request that the path names, or 404. */
export function pullOf(call: RepositoryCall): PullRequest {
  return call.repository.pulls.get(numberParam(call, 'number')) ?? refuse(notFound())
}

/** The issue or pull request that the path names, or 404; 410 for issues of a repository that has none. */
export function issueOf(call: RepositoryCall): Issue {
  const number = numberParam(call, 'number')
  const issue = call.repository.issues.get(number) ?? refuse(notFound())
  if (!call.repository.pulls.has(number) && !call.repository.settings.has_issues) throw issuesDisabled()
  return issue
}

export function commentOf(call: RepositoryCall): IssueComment {
  return call.repository.comments.get(numberParam(call, 'id')) ?? refuse(notFound())
}

export function issuesDisabled(): Refusal {
  return new Refusal(410, 'Issues are disabled for this repo')
}

export function refuse(refusal: Refusal): never {
  throw refusal
}
