import { markMerged } from '../pulls/close.ts'
import { deleteHeadBranch } from '../pulls/delete-head.ts'
import { afterRefsMoved, refUpdate } from '../repositories/move-refs.ts'
import type { QueueEntry, Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { destroyGroup } from './groups.ts'

/** The branch takes over the last entry's commit, and with it those of all before it. */
export async function land(
  world: World,
  repository: Repository,
  branch: string,
  entries: readonly QueueEntry[],
): Promise<void> {
  const [before, after] = [entries[0]?.group?.baseSha, entries.at(-1)?.group?.headSha]
  const [first] = entries
  if (!first || !before || !after) return
  const move = { ref: `refs/heads/${branch}`, before, after, pusher: first.by }
  if (!(await repository.git.updateRef(move.ref, after, before))) return
  for (const { pull, by, group } of entries) markMerged(world, pull, { by, commit: group?.headSha ?? after })
  await afterRefsMoved(world, repository, [await refUpdate(repository, move)])
  for (const entry of entries) await tell(world, repository, branch, entry)
}

async function tell(world: World, repository: Repository, branch: string, entry: QueueEntry): Promise<void> {
  const { pull, by } = entry
  await destroyGroup(world, repository, entry, { branch, reason: 'merged' })
  await emitPullRequest(world, repository, pull, { action: 'closed', sender: by })
  await emitPullRequest(world, repository, pull, { action: 'dequeued', sender: by, extra: { reason: 'MERGE' } })
  if (repository.settings.delete_branch_on_merge) await deleteHeadBranch(world, repository, pull, by)
}
