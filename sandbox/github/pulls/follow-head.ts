import { isDeletion, type RefUpdate } from '../repositories/ref-update.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { closeMerged, closePull } from './close.ts'
import { dismissStaleReviews } from './dismiss-stale.ts'
import { fetchHead } from './head-ref.ts'
import { forgetMergeability } from './test-merge.ts'

/** What a moved branch means for the open pull requests from it, in this repository and in the one it was forked from. */
export async function followHead(world: World, source: Repository, branch: string, update: RefUpdate): Promise<void> {
  for (const repository of world.repositories.values()) {
    for (const pull of repository.pulls.values()) {
      if (pull.state !== 'open' || pull.head.repository !== source || pull.head.ref !== branch) continue
      await followOne(world, repository, pull, update)
    }
  }
}

async function followOne(world: World, repository: Repository, pull: PullRequest, update: RefUpdate): Promise<void> {
  const { pusher } = update
  if (isDeletion(update)) return closePull(world, repository, pull, pusher)
  const before = pull.head.sha
  await takeHead(world, repository, pull, update)
  const tip = await repository.git.tip(pull.base.ref)
  if (tip !== undefined && update.forced && update.after === tip) return closePull(world, repository, pull, pusher)
  if (tip !== undefined && (await repository.git.isAncestor(update.after, tip))) {
    return closeMerged(world, repository, pull, { by: pusher, commit: update.after })
  }
  const extra = { before, after: update.after }
  await emitPullRequest(world, repository, pull, { action: 'synchronize', sender: pusher, extra })
  await dismissStaleReviews(world, repository, pull, pusher)
}

async function takeHead(world: World, repository: Repository, pull: PullRequest, update: RefUpdate): Promise<void> {
  const { lag } = world.switches
  if (lag.head > 0) pull.staleHead = { sha: pull.head.sha, reads: lag.head }
  pull.head.sha = update.after
  pull.lastPusher = update.pusher.login
  pull.updatedAt = world.now()
  if (update.forced)
    pull.forcePushes.push({ id: world.nextId(), at: world.now(), by: update.pusher, commit: update.after })
  forgetMergeability(world, pull)
  await fetchHead(repository, pull)
  await followMergedBase(repository, pull)
}

/** What a head has merged of its base is not shown as its own change. */
async function followMergedBase({ git }: Repository, pull: PullRequest): Promise<void> {
  const tip = await git.tip(pull.base.ref)
  if (tip !== undefined && (await git.isAncestor(tip, pull.head.sha))) pull.base.sha = tip
}
