import type { Account } from './account.ts'
import type { App } from './app.ts'

export type CheckStatus = 'queued' | 'in_progress' | 'completed'

export interface CheckSuite {
  readonly id: number
  readonly app: App
  readonly headSha: string
  /** Null when the commit came from a fork. */
  readonly headBranch: string | null
  readonly before: string | null
  readonly createdAt: string
  updatedAt: string
  /** Set by a request to run again, until the App reports. */
  requeued: boolean
}

export interface CheckOutput {
  title: string | null
  summary: string | null
  text: string | null
  annotations: Record<string, unknown>[]
}

export interface CheckAction {
  readonly label: string
  readonly description: string
  readonly identifier: string
}

export interface CheckRun {
  readonly id: number
  readonly app: App
  readonly suite: CheckSuite
  readonly headSha: string
  name: string
  externalId: string
  detailsUrl: string
  status: CheckStatus
  conclusion: string | null
  startedAt: string
  completedAt: string | null
  output: CheckOutput
  actions: readonly CheckAction[]
}

/** A commit status: the older, App-less way to report on a commit. */
export interface CommitStatus {
  readonly id: number
  readonly sha: string
  readonly context: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creator: Account
  readonly app?: App
  readonly createdAt: string
}
