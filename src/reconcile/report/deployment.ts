import { repositoryName } from '../../model/github.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { Attempt } from '../pass/attempt.ts'
import type { TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'
import { deploymentNews } from './deployment-news.ts'

/** Tells GitHub's history what became of the newest commit in this environment, where that is news. */
export async function recordDeployment(
  ports: ReconcilePorts,
  { repository, target }: TargetRequest,
  { outcome, prepared, objects }: Attempt,
  { status, previous }: { readonly status: TargetStatus; readonly previous: TargetStatus | undefined },
): Promise<void> {
  if (!prepared || !ports.deployments) return
  const siblings = siblingsOf(target, await ports.board.list(repositoryName(repository)))
  const { revision } = prepared
  const news = deploymentNews({ target, revision, outcome, objects, previous, status, siblings })
  if (news) await (await ports.deployments(repository)).record(news)
}

function siblingsOf(target: Target, statuses: readonly TargetStatus[]): TargetStatus[] {
  return statuses.filter((status) => {
    const { application, environment } = status.target
    const same = application === target.application && environment === target.environment
    return same && targetId(status.target) !== targetId(target)
  })
}
