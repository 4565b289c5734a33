import { ZERO } from '../git/repository.ts'
import { mergeCommit } from '../pulls/merge-commit.ts'
import type { MergeMethod } from '../pulls/merge-request.ts'
import { moveRef } from '../repositories/move-refs.ts'
import type { QueueEntry, Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { emitGroup } from './events.ts'

/** Builds an entry's commit on `base` and asks for checks of it; false where it conflicts. */
export async function buildGroup(
  world: World,
  repository: Repository,
  entry: QueueEntry,
  { branch, base, method }: { branch: string; base: string; method: MergeMethod },
): Promise<boolean> {
  const headSha = await mergeCommit(world, repository, entry.pull, entry.by, { method }, base)
  if (headSha === undefined) return false
  const ref = `refs/heads/gh-readonly-queue/${branch}/pr-${entry.pull.number}-${base}`
  entry.group = { ref, baseSha: base, headSha, requestedAt: world.clock().getTime() }
  repository.signed.add(headSha)
  const sender = entry.by
  await moveRef(world, repository, { ref, before: ZERO, after: headSha, pusher: sender })
  await emitGroup(world, repository, entry.group, { branch, sender, action: 'checks_requested' })
  return true
}

/** Takes an entry's commit away, with its temporary branch. */
export async function destroyGroup(
  world: World,
  repository: Repository,
  entry: QueueEntry,
  { branch, reason }: { branch: string; reason: 'merged' | 'invalidated' | 'dequeued' },
): Promise<void> {
  const { group } = entry
  if (!group) return
  delete entry.group
  const sender = entry.by
  await moveRef(world, repository, { ref: group.ref, before: group.headSha, after: ZERO, pusher: sender })
  await emitGroup(world, repository, group, { branch, sender, action: 'destroyed', reason })
}
