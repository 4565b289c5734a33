import { upstreamOf } from '../../config/repository-config.ts'
import type { PullRequest } from '../../model/github.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Edge } from '../state/edge-state.ts'
import { closePull } from './close-pull.ts'
import type { Published } from './publish-promotion.ts'
import { environmentOf, type Snapshot } from './snapshot.ts'
import { ruleFor } from './upstream-rule.ts'

/** Closes promotions on ways that are gone: without the environment, the application in it, or anything before it. */
export async function closeOrphans(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<Published[]> {
  const closed: Published[] = []
  for (const pull of open) {
    const branch = promotionOf(ports, pull)
    const why = branch?.kind === 'promote' ? whyGone(snapshot, branch) : undefined
    if (!branch || !why) continue
    await closePull(ports, pull.number, why)
    const { environment, application } = branch
    const details = { environment, application, pullRequest: pull.number }
    closed.push({ outcome: outcome('done', 'PROMOTION_CLOSED', { details }) })
  }
  return closed
}

function whyGone(snapshot: Snapshot, { environment: name, application }: Edge): string | undefined {
  const environment = environmentOf(snapshot, name)
  if (!environment) return `there is no environment ${name} any more`
  if (snapshot.targets(application, name).length === 0) return `${application} is not in ${name} any more`
  if (upstreamOf({ after: ruleFor(snapshot, application, environment) }).length > 0) return undefined
  return `nothing that has ${application} comes before ${name} any more`
}
