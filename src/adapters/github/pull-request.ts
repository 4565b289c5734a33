import type { PullRequest } from '../../model/github.ts'
import { personOf } from './person.ts'

/** What lists and single answers have in common. */
interface Answer {
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly state: string
  readonly draft?: boolean
  readonly user: { login: string; type?: string } | null
  readonly head: Side
  readonly base: Side
  readonly html_url: string
  readonly created_at: string
  readonly updated_at: string
  readonly merged_at: string | null
  readonly merge_commit_sha?: string | null
}

interface Side {
  readonly ref: string
  readonly sha: string
  /** `null` when the fork is gone. */
  readonly repo: { readonly id: number } | null
}

export function pullRequestOf(answer: Answer): PullRequest {
  const merged = answer.merged_at !== null
  return {
    number: answer.number,
    title: answer.title,
    body: answer.body ?? '',
    state: answer.state === 'open' ? 'open' : 'closed',
    merged,
    draft: answer.draft ?? false,
    author: personOf(answer.user),
    head: { ref: answer.head.ref, sha: answer.head.sha, fork: answer.head.repo?.id !== answer.base.repo?.id },
    base: { ref: answer.base.ref },
    url: answer.html_url,
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
    ...(answer.merged_at !== null && { mergedAt: answer.merged_at }),
    // Before the merge this is GitHub's test merge, which means nothing to anybody else.
    ...(merged && answer.merge_commit_sha && { mergeCommit: answer.merge_commit_sha }),
  }
}
