import { z } from 'zod'
import { LockstepError } from '../model/errors.ts'
import type { Person, RepositoryRef } from '../model/github.ts'
import type { CommandComment } from '../model/job.ts'

/**
 * The only place that reads webhook payloads. Each function takes one event's payload and answers the few facts Lockstep acts on,
 * or throws WEBHOOK_PAYLOAD naming what is missing. Payloads may be late, doubled or out of order: they say where to look, never
 * what is true.
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
  const { action, number, pull_request, changes, ...place } = read('pull_request', PULL_REQUEST, payload)
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
  const { action, pull_request, ...place } = read('pull_request_review', REVIEW, payload)
  const { number, head, base } = pull_request
  return { repository: repositoryOf(place), action, number, headSha: head.sha, baseRef: base.ref }
}

export interface CommentFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly number: number
  readonly onPullRequest: boolean
  readonly comment: CommandComment
}

export function commentFacts(payload: unknown): CommentFacts {
  const { action, issue, comment, ...place } = read('issue_comment', ISSUE_COMMENT, payload)
  const { id, body, created_at: createdAt } = comment
  return {
    repository: repositoryOf(place),
    action,
    number: issue.number,
    onPullRequest: issue.pull_request !== undefined,
    comment: { id, author: personOf(comment.user), body: body.replaceAll('\r\n', '\n'), createdAt },
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
  const { ref, before, deleted, ...place } = read('push', PUSH, payload)
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
  /** The button that was pressed. */
  readonly identifier: string | undefined
  readonly sender: Person
}

/** Pull requests are not read from it: GitHub names none whose head is in a fork, and others that only share a branch's name. */
export function checkRunFacts(payload: unknown): CheckRunFacts {
  const { action, check_run, requested_action, sender, ...place } = read('check_run', CHECK_RUN, payload)
  const { name, conclusion, head_sha: headSha, id } = check_run
  const pressed = { identifier: requested_action?.identifier, sender: personOf(sender) }
  return { repository: repositoryOf(place), action, headSha, id, name, conclusion, ...pressed }
}

export interface CheckSuiteFacts extends CheckFacts {
  /** ISO 8601. */
  readonly updatedAt: string
}

export function checkSuiteFacts(payload: unknown): CheckSuiteFacts {
  const { action, check_suite, ...place } = read('check_suite', CHECK_SUITE, payload)
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
  const { action, merge_group, ...place } = read('merge_group', MERGE_GROUP, payload)
  const { head_ref, head_sha: headSha, base_sha: baseSha } = merge_group
  return { repository: repositoryOf(place), action, branch: branchOf(head_ref) ?? head_ref, headSha, baseSha }
}

export interface InstallationFacts {
  readonly action: string
}

export function installationFacts(payload: unknown): InstallationFacts {
  return read('installation', z.object({ action: z.string() }), payload)
}

const NUMBER = z.number().int().positive()

const IN_REPOSITORY = z.object({
  installation: z.object({ id: NUMBER }),
  repository: z.object({
    name: z.string().regex(/^[\w.-]+$/),
    owner: z.object({ login: z.string().regex(/^[\w-]+$/) }),
  }),
})

const PULL_REQUEST = IN_REPOSITORY.extend({
  action: z.string(),
  number: NUMBER,
  pull_request: z.object({
    head: z.object({ ref: z.string(), sha: z.string() }),
    base: z.object({ ref: z.string() }),
  }),
  changes: z.object({ base: z.unknown().optional() }).optional(),
})

const REVIEW = IN_REPOSITORY.extend({
  action: z.string(),
  pull_request: PULL_REQUEST.shape.pull_request.extend({ number: NUMBER }),
})

const ISSUE_COMMENT = IN_REPOSITORY.extend({
  action: z.string(),
  issue: z.object({ number: NUMBER, pull_request: z.object({}).optional() }),
  comment: z.object({
    id: NUMBER,
    body: z.string(),
    created_at: z.iso.datetime(),
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
  }),
})

const PUSH = IN_REPOSITORY.extend({
  ref: z.string(),
  before: z.string(),
  deleted: z.boolean(),
  repository: IN_REPOSITORY.shape.repository.extend({ default_branch: z.string() }),
})

const ID = z.number().int().positive()
const SHA = z.string().regex(/^[0-9a-f]{40,64}$/)

const CHECK_RUN = IN_REPOSITORY.extend({
  action: z.string(),
  check_run: z.object({ id: ID, head_sha: SHA, name: z.string(), conclusion: z.string().nullable() }),
  requested_action: z.object({ identifier: z.string() }).optional(),
  sender: z.object({ login: z.string(), type: z.string() }),
})

const CHECK_SUITE = IN_REPOSITORY.extend({
  action: z.string(),
  check_suite: z.object({ id: ID, head_sha: SHA, updated_at: z.string() }),
})

const MERGE_GROUP = IN_REPOSITORY.extend({
  action: z.string(),
  merge_group: z.object({ head_ref: z.string(), head_sha: SHA, base_sha: SHA }),
})

function read<T>(event: string, schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  const wrong = result.error.issues.map((issue) => issue.path.join('.') || 'payload').join(', ')
  throw new LockstepError({
    code: 'WEBHOOK_PAYLOAD',
    message: `A ${event} webhook is not as GitHub describes it: ${wrong}.`,
    remedy: 'Nothing to do: it is ignored, and the sweep finds what it meant.',
  })
}

function repositoryOf(place: z.infer<typeof IN_REPOSITORY>): RepositoryRef {
  return { installation: place.installation.id, owner: place.repository.owner.login, name: place.repository.name }
}

/** `null` is an account that is gone. */
function personOf(user: { login: string; type: string } | null): Person {
  return user ? { login: user.login, bot: user.type === 'Bot' } : { login: 'ghost', bot: false }
}

function branchOf(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
}
