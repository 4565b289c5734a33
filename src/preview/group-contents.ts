import type { Commit, Mirror } from '../model/mirror.ts'
import type { QueueBranch } from '../model/queue-branch.ts'

/** Queues hold at most 100 entries, each of them one commit or, rebased, a few. */
const MOST_COMMITS = 1_000

/** What a merge queue put into one commit: where it began, and the numbers of the pull requests as far as the commits name them. */
export interface GroupContents {
  readonly base: string
  readonly pullRequests: readonly number[]
}

/** `base` is what the queue said it built on; without it, where the commit leaves the history of its base branch. */
export async function groupContents(
  mirror: Mirror,
  { head, base, queue }: { head: string; base: string | undefined; queue: QueueBranch },
): Promise<GroupContents> {
  const commits = await mirror.log(head, { limit: MOST_COMMITS })
  const tip = base ?? (await mirror.resolve(`refs/heads/${queue.base}`))
  const own: Commit[] = []
  for (const commit of commits) {
    if (tip === undefined || (await mirror.isAncestor(commit.sha, tip))) break
    own.push(commit)
  }
  const last = own.at(-1)
  const numbers = own.flatMap((commit) => pullRequestOf(commit) ?? [])
  return { base: base ?? last?.parents[0] ?? head, pullRequests: [...new Set([queue.pullRequest, ...numbers])] }
}

/** As GitHub titles merge commits and squashed ones. */
function pullRequestOf({ subject }: Commit): number | undefined {
  const number = /^Merge pull request #(\d{1,10}) from /.exec(subject)?.[1] ?? /\(#(\d{1,10})\)$/.exec(subject)?.[1]
  return number === undefined ? undefined : Number(number)
}
