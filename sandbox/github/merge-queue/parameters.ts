import type { MergeMethod } from '../pulls/merge-request.ts'
import { rulesOf } from '../rules/active-rules.ts'
import type { Repository } from '../state/repository.ts'

/** What the branch's rule says, with GitHub's defaults. */
export interface QueueParameters {
  readonly method: MergeMethod
  /** Entries that have a group at a time. */
  readonly built: number
  /** Every group has to pass by itself, or only the last of those that are merged together. */
  readonly strategy: 'ALLGREEN' | 'HEADGREEN'
  readonly timeoutMs: number
}

const METHODS: Readonly<Record<string, MergeMethod>> = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' }

/** Undefined where no merge queue is required. */
export function queueParameters(repository: Repository, branch: string): QueueParameters | undefined {
  const found = rulesOf(repository, branch).find(({ rule }) => rule.type === 'merge_queue')
  if (!found) return undefined
  const { parameters = {} } = found.rule
  return {
    method: METHODS[String(parameters.merge_method ?? 'MERGE')] ?? 'merge',
    built: Number(parameters.max_entries_to_build ?? 5),
    strategy: parameters.grouping_strategy === 'HEADGREEN' ? 'HEADGREEN' : 'ALLGREEN',
    timeoutMs: Number(parameters.check_response_timeout_minutes ?? 60) * 60_000,
  }
}
