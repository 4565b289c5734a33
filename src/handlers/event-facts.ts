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
  /** Only `edited` that moved the pull request onto another base matters. */
  readonly baseChanged: boolean
}

export function pullRequestFacts(payload: unknown): PullRequestFacts {
  const { action, number, pull_request, changes, ...place } = read('pull_request', PULL_REQUEST, payload)
  const baseChanged = changes?.base !== undefined
  return { repository: repositoryOf(place), action, number, headRef: pull_request.head.ref, baseChanged }
}

export interface ReviewFacts {
  readonly repository: RepositoryRef
  readonly action: string
  readonly number: number
}

export function reviewFacts(payload: unknown): ReviewFacts {
  const { action, pull_request, ...place } = read('pull_request_review', REVIEW, payload)
  return { repository: repositoryOf(place), action, number: pull_request.number }
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
  readonly toDefaultBranch: boolean
  readonly deleted: boolean
}

export function pushFacts(payload: unknown): PushFacts {
  const { ref, deleted, ...place } = read('push', PUSH, payload)
  return {
    repository: repositoryOf(place),
    toDefaultBranch: ref === `refs/heads/${place.repository.default_branch}`,
    deleted,
  }
}

export interface CheckFacts {
  readonly repository: RepositoryRef
  readonly action: string
  /**
   * Open pull requests of this repository whose head is the checked commit. Empty also where the head is in a fork: GitHub does not
   * name those.
   */
  readonly pulls: readonly number[]
}

export interface CheckRunFacts extends CheckFacts {
  readonly name: string
  /** Null while the run is not completed. */
  readonly conclusion: string | null
}

export function checkRunFacts(payload: unknown): CheckRunFacts {
  const { action, check_run, ...place } = read('check_run', CHECK_RUN, payload)
  const { name, conclusion } = check_run
  return { repository: repositoryOf(place), action, pulls: pullsAt(check_run), name, conclusion }
}

export function checkSuiteFacts(payload: unknown): CheckFacts {
  const { action, check_suite, ...place } = read('check_suite', CHECK_SUITE, payload)
  return { repository: repositoryOf(place), action, pulls: pullsAt(check_suite) }
}

export interface MergeGroupFacts {
  readonly repository: RepositoryRef
  readonly action: string
}

export function mergeGroupFacts(payload: unknown): MergeGroupFacts {
  const { action, ...place } = read('merge_group', IN_REPOSITORY.extend({ action: z.string() }), payload)
  return { repository: repositoryOf(place), action }
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
  pull_request: z.object({ head: z.object({ ref: z.string() }) }),
  changes: z.object({ base: z.unknown().optional() }).optional(),
})

const REVIEW = IN_REPOSITORY.extend({ action: z.string(), pull_request: z.object({ number: NUMBER }) })

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
  deleted: z.boolean(),
  repository: IN_REPOSITORY.shape.repository.extend({ default_branch: z.string() }),
})

const CHECKED = z.object({
  head_sha: z.string(),
  pull_requests: z.array(z.object({ number: NUMBER, head: z.object({ sha: z.string() }) })),
})

const CHECK_RUN = IN_REPOSITORY.extend({
  action: z.string(),
  check_run: CHECKED.extend({ name: z.string(), conclusion: z.string().nullable() }),
})
const CHECK_SUITE = IN_REPOSITORY.extend({ action: z.string(), check_suite: CHECKED })

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

/** GitHub also lists pull requests that only share the branch's name. */
function pullsAt({ head_sha, pull_requests }: z.infer<typeof CHECKED>): number[] {
  return pull_requests.filter((pull) => pull.head.sha === head_sha).map((pull) => pull.number)
}
