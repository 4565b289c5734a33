import type { GitRepository } from '../git/repository.ts'
import type { Account, Role } from './account.ts'
import type { CheckRun, CheckSuite, CommitStatus } from './check.ts'
import type { Deployment } from './deployment.ts'
import type { Issue, IssueComment } from './issue.ts'
import type { PullRequest } from './pull-request.ts'
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
  nextNumber: number
}

export function fullName(repository: { owner: Account; name: string }): string {
  return `${repository.owner.login}/${repository.name}`
}
