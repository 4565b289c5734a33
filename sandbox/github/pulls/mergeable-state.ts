import { latestOfEachName } from '../checks/suites.ts'
import { rulesOf } from '../rules/active-rules.ts'
import { mergeObstacles } from '../rules/merge-obstacles.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** What the rules say, whoever asks: a caller who may bypass them reads `blocked` too. */
export async function mergeableState(world: World, repository: Repository, pull: PullRequest): Promise<string> {
  const { mergeability } = pull
  if (mergeability.state === 'unknown' || pull.state === 'closed') return 'unknown'
  if (!mergeability.mergeable) return 'dirty'
  if (pull.draft) return 'draft'
  const obstacles = await mergeObstacles(world, repository, pull, rulesOf(repository, pull.base.ref))
  const [first] = obstacles.filter((obstacle) => obstacle.kind !== 'queue')
  if (first) return first.kind === 'behind' ? 'behind' : 'blocked'
  return hasUnfinishedOrFailed(repository, pull.head.sha) ? 'unstable' : 'clean'
}

function hasUnfinishedOrFailed(repository: Repository, sha: string): boolean {
  const runs = latestOfEachName([...repository.checkRuns.values()].filter((run) => run.headSha === sha))
  const contexts = new Map(
    repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status.state]),
  )
  return (
    runs.some((run) => !['success', 'skipped', 'neutral'].includes(run.conclusion ?? '')) ||
    contexts.values().some((state) => state !== 'success')
  )
}
