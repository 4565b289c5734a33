import type { Person, RepositoryRef } from './github.ts'
import type { Target } from './target.ts'

/** Everything Lockstep does in the background. A job names what to look at; the facts are read again when it runs. */
export type Job =
  | { readonly kind: 'preview'; readonly repository: RepositoryRef; readonly number: number }
  | {
      readonly kind: 'command'
      readonly repository: RepositoryRef
      readonly number: number
      readonly comment: CommandComment
    }
  /** The default branch moved: find the targets whose render changed. */
  | { readonly kind: 'dispatch'; readonly repository: RepositoryRef }
  | { readonly kind: 'reconcile'; readonly repository: RepositoryRef; readonly target: Target; readonly heal?: boolean }
  /** Open, update and merge promotions whose gates have moved. */
  | { readonly kind: 'promotions'; readonly repository: RepositoryRef }
  /** Decide the gates of open pull requests that touch this environment again. */
  | { readonly kind: 'gates'; readonly repository: RepositoryRef; readonly environment: string }
  | { readonly kind: 'sweep' }

export interface CommandComment {
  readonly id: number
  readonly author: Person
  readonly body: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** Jobs of one id run one at a time, and a job added while its twin runs makes it run once more. Holds no `:`. */
export function jobId(job: Job): string {
  if (job.kind === 'sweep') return 'sweep'
  const repository = `${job.repository.owner}/${job.repository.name}`
  switch (job.kind) {
    case 'preview':
      return `preview-${repository}-${job.number}`
    case 'command':
      return `command-${repository}-${job.number}-${job.comment.id}`
    case 'dispatch':
    case 'promotions':
      return `${job.kind}-${repository}`
    case 'gates':
      return `gates-${repository}-${job.environment}`
    case 'reconcile':
      return `reconcile-${repository}-${job.target.application}-${job.target.environment}-${job.target.cluster}`
  }
}

/** What counts against the same cap, so that one cluster or repository cannot starve the others. */
export function jobGroup(job: Job): string {
  if (job.kind === 'sweep') return 'sweep'
  if (job.kind === 'reconcile') return `cluster-${job.target.cluster}`
  return `repository-${job.repository.owner}/${job.repository.name}`
}
