import type { Person, RepositoryRef } from '../model/github.ts'
import type { CommandComment } from '../model/job.ts'
import {
  CHECK_RUN,
  CHECK_SUITE,
  INSTALLATION,
  type InRepository,
  ISSUE_COMMENT,
  MERGE_GROUP,
  PULL_REQUEST,
  PUSH,
  REVIEW,
  readPayload,
} from './webhook-payloads.ts'

/**
 * Each function takes one event's payload and answers the few facts Lockstep acts on, or throws WEBHOOK_PAYLOAD naming what is
 * missing. Payloads may be late, doubled or out of order: they say where to look, never what is true.
 */

export interface PullRequestFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly number: number
  readonly headRef: string
  readonly headSha: string
  readonly baseRef: string
  /** Only `edited` that moved the pull request onto another base matters. */
  readonly baseChanged: boolean
}

export function pullRequestFacts(payload: unknown): PullRequestFacts {
  const { action, number, pull_request, changes, ...place } = readPayload('pull_request', PULL_REQUEST, payload)
  const baseChanged = changes?.base !== undefined
  const { head, base } = pull_request
  const refs = { headRef: head.ref, headSha: head.sha, baseRef: base.ref }
  return { repository: repositoryOf(place), action, number, ...refs, baseChanged }
}

export interface ReviewFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly number: number
  readonly headSha: string
  readonly baseRef: string
}

export function reviewFacts(payload: unknown): ReviewFacts {
  const { action, pull_request, ...place } = readPayload('pull_request_review', REVIEW, payload)
  const { number, head, base } = pull_request
  return { repository: repositoryOf(place), action, number, headSha: head.sha, baseRef: base.ref }
}

export interface CommentFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly number: number
  readonly comment: CommandComment
  /** What it said before an edit. */
  readonly before?: string
}

export function commentFacts(payload: unknown): CommentFacts {
  const { action, issue, comment, changes, ...place } = readPayload('issue_comment', ISSUE_COMMENT, payload)
  const { id, body, created_at: createdAt } = comment
  return {
    repository: repositoryOf(place),
    action,
    number: issue.number,
    comment: { id, author: personOf(comment.user), body: body.replaceAll('\r\n', '\n'), createdAt },
    ...(changes?.body && { before: changes.body.from }),
  }
}

export interface PushFacts {
  readonly repository: RepositoryRef
  /** Undefined for a tag. */
  readonly branch: string | undefined
  /** The commit it pointed to; zeros when it is new. */
  readonly before: string
  readonly toDefaultBranch: boolean
  readonly deleted: boolean
}

export function pushFacts(payload: unknown): PushFacts {
  const { ref, before, deleted, ...place } = readPayload('push', PUSH, payload)
  return {
    repository: repositoryOf(place),
    branch: branchOf(ref),
    before,
    toDefaultBranch: ref === `refs/heads/${place.repository.default_branch}`,
    deleted,
  }
}

export interface CheckFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly headSha: string
  readonly id: number
}

export interface CheckRunFacts extends CheckFacts {
  readonly name: string
  /** Null while the run is not completed. */
  readonly conclusion: string | null
  /** Where GitHub says so. */
  readonly branch: string | undefined
  /** The button that was pressed. */
  readonly identifier: string | undefined
  readonly sender: Person
}

/** Pull requests are not read from it: GitHub names none whose head is in a fork, and others that only share a branch's name. */
export function checkRunFacts(payload: unknown): CheckRunFacts {
  const { action, check_run, requested_action, sender, ...place } = readPayload('check_run', CHECK_RUN, payload)
  const { name, conclusion, head_sha: headSha, id, check_suite: suite } = check_run
  const branch = suite?.head_branch ?? undefined
  const pressed = { identifier: requested_action?.identifier, sender: personOf(sender) }
  return { repository: repositoryOf(place), action, headSha, id, name, conclusion, branch, ...pressed }
}

export interface CheckSuiteFacts extends CheckFacts {
  /** ISO 8601. */
  readonly updatedAt: string
}

export function checkSuiteFacts(payload: unknown): CheckSuiteFacts {
  const { action, check_suite, ...place } = readPayload('check_suite', CHECK_SUITE, payload)
  const { head_sha: headSha, id, updated_at: updatedAt } = check_suite
  return { repository: repositoryOf(place), action, headSha, id, updatedAt }
}

export interface MergeGroupFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly branch: string
  readonly headSha: string
  readonly baseSha: string
}

export function mergeGroupFacts(payload: unknown): MergeGroupFacts {
  const { action, merge_group, ...place } = readPayload('merge_group', MERGE_GROUP, payload)
  const { head_ref, head_sha: headSha, base_sha: baseSha } = merge_group
  return { repository: repositoryOf(place), action, branch: branchOf(head_ref) ?? head_ref, headSha, baseSha }
}

export interface InstallationFacts {
  readonly action: string
}

export function installationFacts(payload: unknown): InstallationFacts {
  return readPayload('installation', INSTALLATION, payload)
}

function repositoryOf(place: InRepository): RepositoryRef {
  return { installation: place.installation.id, owner: place.repository.owner.login, name: place.repository.name }
}

/** `null` is an account that is gone. */
function personOf(user: { login: string; type: string } | null): Person {
  return user ? { login: user.login, bot: user.type === 'Bot' } : { login: 'ghost', bot: false }
}

function branchOf(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
}
