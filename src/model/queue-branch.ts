/** The branch that a merge queue builds a commit on, `gh-readonly-queue/<base>/pr-<number>-<commit>`. The commit is not the head. */
export interface QueueBranch {
  readonly base: string
  /** The last pull request that went in; others may have gone in before it. */
  readonly pullRequest: number
}

export const QUEUE_BRANCHES = 'gh-readonly-queue/'

/** Undefined for every other shape. */
export function parseQueueBranch(name: string): QueueBranch | undefined {
  const match = /^gh-readonly-queue\/(.+)\/pr-([1-9]\d{0,9})-[0-9a-f]{40,64}$/.exec(name)
  return match ? { base: match[1] ?? '', pullRequest: Number(match[2]) } : undefined
}
