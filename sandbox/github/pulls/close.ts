import type { Account } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'

/** Closes without merging; the head stays as it is now. */
export async function closePull(world: World, repository: Repository, pull: PullRequest, by: Account): Promise<void> {
  markClosed(world, pull)
  world.changed(repository)
  await emitPullRequest(world, repository, pull, { action: 'closed', sender: by })
}

/** Closes as merged by `commit`: a merge call, or a push that brought the head into the base. */
export async function closeMerged(
  world: World,
  repository: Repository,
  pull: PullRequest,
  merge: { by: Account; commit: string },
): Promise<void> {
  markMerged(world, pull, merge)
  await emitPullRequest(world, repository, pull, { action: 'closed', sender: merge.by })
}

export function markMerged(world: World, pull: PullRequest, merge: { by: Account; commit: string }): void {
  markClosed(world, pull)
  pull.merged = { at: world.now(), ...merge }
}

function markClosed(world: World, pull: PullRequest): void {
  pull.state = 'closed'
  pull.closedAt = world.now()
  pull.updatedAt = world.now()
}
