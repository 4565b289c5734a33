import { mergedTree } from '../git/merge.ts'
import { WEB_FLOW } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** Merges on trial and points `refs/pull/N/merge` at the result. False on conflict; the old ref then stays. */
export async function refreshTestMerge(world: World, repository: Repository, pull: PullRequest): Promise<boolean> {
  const { git } = repository
  const tip = await git.tip(pull.base.ref)
  const tree = tip === undefined ? undefined : await mergedTree(git, tip, pull.head.sha)
  if (tip === undefined || tree === undefined) return false
  const identity = { ...WEB_FLOW, date: world.now() }
  const message = `Merge ${pull.head.sha} into ${tip}`
  pull.testMerge = await git.commitTree({
    tree,
    parents: [tip, pull.head.sha],
    message,
    author: identity,
    committer: identity,
  })
  await git.updateRef(`refs/pull/${pull.number}/merge`, pull.testMerge)
  return true
}

/** A read of the pull request: it sees the state before, and starts the job that later reads see the result of. */
export async function advanceMergeability(world: World, repository: Repository, pull: PullRequest): Promise<void> {
  const { mergeability } = pull
  if (pull.state === 'closed' || mergeability.state === 'known') return
  mergeability.reads -= 1
  if (mergeability.reads > 0) return
  const mergeable = await refreshTestMerge(world, repository, pull)
  // A push in the meantime has begun another round.
  if (pull.mergeability === mergeability) pull.mergeability = { state: 'known', mergeable }
}

export function forgetMergeability(world: World, pull: PullRequest): void {
  pull.mergeability = { state: 'unknown', reads: Math.max(1, world.switches.lag.mergeable) }
}
