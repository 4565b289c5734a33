import { requestSuites } from '../checks/request-suites.ts'
import { ZERO } from '../git/repository.ts'
import { followBase } from '../pulls/follow-base.ts'
import { followHead } from '../pulls/follow-head.ts'
import type { Account } from '../state/account.ts'
import type { Repository } from '../state/repository.ts'
import { emitPush } from '../webhooks/push-events.ts'
import type { World } from '../world.ts'
import { branchOfRef, isCreation, type RefUpdate } from './ref-update.ts'

/** More moved branches, or tags, in one push bring no event. */
const MOST_BRANCHES = 5000
const MOST_TAGS = 3

export async function refUpdate(
  repository: Repository,
  change: { ref: string; before: string; after: string; pusher: Account },
): Promise<RefUpdate> {
  const { before, after } = change
  const forced = before !== ZERO && after !== ZERO && !(await repository.git.isAncestor(before, after))
  return { ...change, forced }
}

/** Everything that follows from refs having moved, by push or through the API: events, suites, pull requests. */
export async function afterRefsMoved(
  world: World,
  repository: Repository,
  updates: readonly RefUpdate[],
): Promise<void> {
  repository.pushedAt = world.now()
  repository.updatedAt = world.now()
  for (const update of updates) {
    if (isCreation(update) && world.switches.lag.refs > 0)
      repository.hiddenRefs.set(update.ref, world.switches.lag.refs)
    if (isAnnounced(updates, update)) await emitPush(world, repository, update)
    await requestSuites(world, repository, update)
  }
  for (const update of updates) {
    const branch = branchOfRef(update.ref)
    if (branch === undefined) continue
    await followHead(world, repository, branch, update)
    await followBase(world, repository, branch, update)
  }
  world.changed(repository)
}

function isAnnounced(updates: readonly RefUpdate[], update: RefUpdate): boolean {
  const tags = updates.filter(({ ref }) => ref.startsWith('refs/tags/')).length
  return update.ref.startsWith('refs/tags/') ? tags <= MOST_TAGS : updates.length - tags <= MOST_BRANCHES
}

/** Moves one ref and lets everything follow; false when it was not at `before` any more. Callers hold the repository's turn. */
export async function moveRef(
  world: World,
  repository: Repository,
  change: { ref: string; before: string; after: string; pusher: Account },
): Promise<boolean> {
  if (!(await repository.git.updateRef(change.ref, change.after, change.before))) return false
  await afterRefsMoved(world, repository, [await refUpdate(repository, change)])
  return true
}
