import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import { planRollback } from '../carry/rollback-plan.ts'
import { postedTrailers } from '../gates/posted-plan.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { PromotionBranch } from './branch-name.ts'
import { closePull } from './close-pull.ts'
import { parseMarker } from './marker.ts'
import { type Published, publishPromotion } from './publish-promotion.ts'
import type { Snapshot } from './snapshot.ts'

/** Open rollbacks still restore the state they were opened for when the fields have moved; where all have it again, they are closed. */
export async function refreshRollbacks(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<Published[]> {
  const published: Published[] = []
  for (const pull of open) {
    const branch = promotionOf(ports, pull)
    if (branch?.kind === 'rollback') published.push(await refreshRollback(ports, snapshot, open, pull, branch))
  }
  return published
}

async function refreshRollback(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  pull: PullRequest,
  { application, environment }: PromotionBranch,
): Promise<Published> {
  const { mirror } = ports
  const { config, overlays, tip, state } = snapshot
  const details = { environment, application, pullRequest: pull.number }
  const posted = await postedTrailers(mirror, snapshot, pull.head.sha, { kind: 'rollback', environment, application })
  if (!posted) return { outcome: outcome('waiting', 'BRANCH_EDITED', { details }) }
  const ledger = state?.ledger.values() ?? []
  try {
    const plan = await planRollback({
      mirror,
      config,
      overlays,
      tip,
      ledger,
      application,
      environment,
      to: posted.from,
    })
    if (plan.carried.length === 0) {
      await closePull(ports, pull.number, 'everything it restores is as it was already')
      return { outcome: outcome('done', 'PROMOTION_CLOSED', { details }) }
    }
    const { command } = parseMarker(pull.body) ?? {}
    const reason = state?.ledger.get(String(pull.number))?.reason
    return await publishPromotion(ports, snapshot, open, {
      plan,
      kind: 'rollback',
      base: tip,
      requestedBy: posted.requestedBy,
      ...(command !== undefined && { command }),
      ...(reason && { reason }),
      auto: true,
    })
  } catch (error) {
    if (error instanceof LockstepError) return { outcome: refusal(error, details) }
    throw error
  }
}
