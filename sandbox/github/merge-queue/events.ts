import type { Account } from '../state/account.ts'
import type { MergeGroup } from '../state/merge-queue.ts'
import type { Repository } from '../state/repository.ts'
import { commitSummary } from '../views/commit-summary.ts'
import { emit } from '../webhooks/emit.ts'
import type { World } from '../world.ts'

/** `checks_requested`, or `destroyed` with its reason. */
export function emitGroup(
  world: World,
  repository: Repository,
  group: MergeGroup,
  event: {
    branch: string
    sender: Account
    action: 'checks_requested' | 'destroyed'
    reason?: 'merged' | 'invalidated' | 'dequeued'
  },
): Promise<void> {
  return emit(world, {
    event: 'merge_group',
    action: event.action,
    repository,
    sender: event.sender,
    payload: async () => ({
      ...(event.reason ? { reason: event.reason } : {}),
      merge_group: {
        head_sha: group.headSha,
        head_ref: group.ref,
        base_sha: group.baseSha,
        base_ref: `refs/heads/${event.branch}`,
        head_commit: await commitSummary(repository, group.headSha),
      },
    }),
  })
}
