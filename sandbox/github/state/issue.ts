import type { Account } from './account.ts'
import type { App } from './app.ts'

export interface Reaction {
  readonly id: number
  readonly user: Account
  readonly content: string
  readonly createdAt: string
}

export interface Issue {
  readonly id: number
  readonly number: number
  readonly author: Account
  readonly app?: App
  readonly createdAt: string
  title: string
  body: string | null
  state: 'open' | 'closed'
  locked: boolean
  labels: string[]
  reactions: Reaction[]
  updatedAt: string
  closedAt?: string
}

export interface IssueComment {
  readonly id: number
  /** Number of the issue or pull request. */
  readonly issue: number
  readonly author: Account
  readonly app?: App
  readonly createdAt: string
  body: string
  updatedAt: string
  reactions: Reaction[]
  /** GraphQL classifier once somebody hid it. */
  minimized?: string
}
