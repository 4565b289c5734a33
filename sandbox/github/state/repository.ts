import type { GitRepository } from '../git/repository.ts'
import type { Account, Role } from './account.ts'
import type { CheckRun, CheckSuite, CommitStatus } from './check.ts'
import type { Deployment } from './deployment.ts'
import type { Issue, IssueComment } from './issue.ts'
import type { DequeueReason, MergeGroup } from './merge-queue.ts'
import type { Mergeability, Review } from './review.ts'
import type { Ruleset } from './ruleset.ts'

export interface RepositorySettings {
  allow_merge_commit: boolean
  allow_squash_merge: boolean
  allow_rebase_merge: boolean
  allow_auto_merge: boolean
  allow_update_branch: boolean
  delete_branch_on_merge: boolean
  merge_commit_title: 'PR_TITLE' | 'MERGE_MESSAGE'
  merge_commit_message: 'PR_BODY' | 'PR_TITLE' | 'BLANK'
  squash_merge_commit_title: 'PR_TITLE' | 'COMMIT_OR_PR_TITLE'
  squash_merge_commit_message: 'PR_BODY' | 'COMMIT_MESSAGES' | 'BLANK'
  has_issues: boolean
}

export const DEFAULT_SETTINGS: RepositorySettings = {
  allow_merge_commit: true,
  allow_squash_merge: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  delete_branch_on_merge: false,
  merge_commit_title: 'MERGE_MESSAGE',
  merge_commit_message: 'PR_TITLE',
  squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
  squash_merge_commit_message: 'COMMIT_MESSAGES',
  has_issues: true,
}

export interface Repository {
  readonly id: number
  readonly owner: Account
  readonly createdAt: string
  readonly git: GitRepository
  readonly parent?: Repository
  name: string
  private: boolean
  archived: boolean
  description: string | null
  defaultBranch: string
  settings: RepositorySettings
  updatedAt: string
  pushedAt: string
  /** By login in lower case. */
  readonly collaborators: Map<string, Role>
  /** By team id. */
  readonly teams: Map<number, Role>
  readonly rulesets: Map<number, Ruleset>
  /** Issues and pull requests share one row of numbers. */
  readonly issues: Map<number, Issue>
  readonly pulls: Map<number, PullRequest>
  readonly comments: Map<number, IssueComment>
  readonly checkSuites: Map<number, CheckSuite>
  readonly checkRuns: Map<number, CheckRun>
  readonly statuses: CommitStatus[]
  readonly deployments: Map<number, Deployment>
  /** Commits that GitHub itself wrote, and therefore signed. */
  readonly signed: Set<string>
  /** Fresh branches that reads do not see yet: ref to the number of reads. */
  readonly hiddenRefs: Map<string, number>
  /** By branch, first in line first. */
  readonly mergeQueues: Map<string, QueueEntry[]>
  nextNumber: number
}

export interface PullRequest extends Issue {
  head: { readonly repository: Repository; readonly ref: string; sha: string }
  /** `sha` is the base tip of the day the pull request was opened, its base edited or merged into its head, not the live one. */
  base: { ref: string; sha: string }
  draft: boolean
  requestedReviewers: Account[]
  reviews: Review[]
  mergeability: Mergeability
  /** The last test merge, kept while a new one is computed. */
  testMerge?: string
  merged?: { readonly at: string; readonly by: Account; readonly commit: string }
  /** What GET still shows after a push, for as many reads. */
  staleHead?: { readonly sha: string; reads: number }
  /** Login of whoever pushed the head last. */
  lastPusher: string
  /** The last time it left a merge queue without being merged. */
  leftQueue?: { readonly at: string; readonly reason: DequeueReason }
  /** Each time the head was moved to a commit that does not follow the one before. */
  readonly forcePushes: ForcePush[]
}

export interface ForcePush {
  readonly id: number
  readonly at: string
  readonly by: Account
  /** Where the head is since. */
  readonly commit: string
}

/** A pull request in the merge queue of its base. */
export interface QueueEntry {
  readonly id: number
  readonly pull: PullRequest
  /** The head that was queued: a push takes the pull request out again. */
  readonly headSha: string
  readonly by: Account
  readonly enqueuedAt: string
  readonly jump: boolean
  /** Only the first few entries have one. */
  group?: MergeGroup
}

export function fullName(repository: { owner: Account; name: string }): string {
  return `${repository.owner.login}/${repository.name}`
}
