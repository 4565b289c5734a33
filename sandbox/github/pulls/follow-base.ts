import { isDeletion, type RefUpdate } from '../repositories/ref-update.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { closeMerged, closePull } from './close.ts'
import { dismissStaleReviews } from './dismiss-stale.ts'
import { forgetMergeability } from './test-merge.ts'

/** What a moved branch means for the open pull requests into it. */
export async function followBase(
  world: World,
  repository: Repository,
  branch: string,
  update: RefUpdate,
): Promise<void> {
  const pulls = [...repository.pulls.values()].filter((pull) => pull.state === 'open' && pull.base.ref === branch)
  for (const pull of pulls) await followOne(world, repository, pull, update)
}

async function followOne(world: World, repository: Repository, pull: PullRequest, update: RefUpdate): Promise<void> {
  if (isDeletion(update)) return closePull(world, repository, pull, update.pusher)
  if (await repository.git.isAncestor(pull.head.sha, update.after)) {
    return closeMerged(world, repository, pull, { by: update.pusher, commit: pull.head.sha })
  }
  forgetMergeability(world, pull)
  if (await bringsNewChanges(repository, pull, update))
    await dismissStaleReviews(world, repository, pull, update.pusher)
}

/** True when the merge base moved, so that the pull request shows another difference than the one that was approved. */
async function bringsNewChanges(repository: Repository, pull: PullRequest, update: RefUpdate): Promise<boolean> {
  const { git } = repository
  return (await git.mergeBase(update.before, pull.head.sha)) !== (await git.mergeBase(update.after, pull.head.sha))
}
