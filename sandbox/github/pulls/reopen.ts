import { type Refusal, validationFailed } from '../http/refusal.ts'
import type { Account } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { fetchHead } from './head-ref.ts'
import { refuseTwin } from './open.ts'
import { forgetMergeability } from './test-merge.ts'

/** Opens a closed pull request again, if its branch still continues from where it was closed. */
export async function reopenPull(world: World, repository: Repository, pull: PullRequest, by: Account): Promise<void> {
  const { head, base } = pull
  if (pull.merged) throw unchangeable('The pull request cannot be reopened.')
  const tip = await head.repository.git.tip(head.ref)
  if (tip === undefined) throw unchangeable(`The ${head.ref} branch has been deleted.`)
  const baseTip = await repository.git.tip(base.ref)
  if (baseTip === undefined) throw unchangeable(`The ${base.ref} branch has been deleted.`)
  if (!(await head.repository.git.isAncestor(head.sha, tip))) {
    throw unchangeable(`The ${head.ref} branch was force-pushed or recreated.`)
  }
  refuseTwin(repository, head.repository, head.ref, base.ref)
  pull.head.sha = tip
  await fetchHead(repository, pull)
  if (await repository.git.isAncestor(tip, baseTip)) {
    throw unchangeable(`There are no new commits between base branch '${base.ref}' and head branch '${head.ref}'.`)
  }
  if ((await repository.git.mergeBase(tip, baseTip)) === undefined) {
    throw unchangeable(`The ${head.ref} branch has no history in common with ${base.ref}.`)
  }
  markOpen(world, pull)
  await emitPullRequest(world, repository, pull, { action: 'reopened', sender: by })
}

function markOpen(world: World, pull: PullRequest): void {
  pull.state = 'open'
  delete pull.closedAt
  pull.updatedAt = world.now()
  forgetMergeability(world, pull)
}

function unchangeable(reason: string): Refusal {
  const message = `state cannot be changed. ${reason}`
  return validationFailed({ resource: 'PullRequest', code: 'invalid', field: 'state', message })
}
