import { ZERO } from '../git/repository.ts'
import { moveRef } from '../repositories/move-refs.ts'
import type { Account } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** After a merge GitHub deletes the head branch by itself where the repository says so; never the default branch, never in a fork. */
export async function deleteHeadBranch(
  world: World,
  repository: Repository,
  pull: PullRequest,
  pusher: Account,
): Promise<void> {
  const { ref, sha } = pull.head
  if (pull.head.repository !== repository || ref === repository.defaultBranch) return
  await moveRef(world, repository, { ref: `refs/heads/${ref}`, before: sha, after: ZERO, pusher })
}
