import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { LedgerRecord } from '../state/state.ts'
import { choosePlan, type EdgeRequest } from './choose-plan.ts'
import { wasRolledBack } from './closed-before.ts'
import { recordsOf } from './edge-records.ts'
import type { Snapshot } from './snapshot.ts'

/** Why no promotion of the application is open; undefined where there is nothing to promote. Decides as opening does, and writes nothing. */
export async function unopened(
  snapshot: Snapshot,
  request: EdgeRequest,
): Promise<{ readonly outcome: Outcome; readonly since?: PullRequest['createdAt'] } | undefined> {
  try {
    const choice = await choosePlan(snapshot, request)
    if ('plan' in choice) return await notOpenedYet(snapshot, choice.plan)
    return choice.outcome.decision === 'nothing' && choice.outcome.code !== 'NO_UPSTREAM' ? undefined : choice
  } catch (error) {
    if (error instanceof LockstepError) return { outcome: refusal(error) }
    throw error
  }
}

async function notOpenedYet(snapshot: Snapshot, plan: PromotionPlan) {
  if (snapshot.stateFault) return { outcome: refusal(snapshot.stateFault) }
  const newest = recordsOf(snapshot.state, { environment: plan.to, application: plan.application })
  const [merged] = newest.filter((record) => record.merged)
  if (wasRolledBack(snapshot, plan)) return since('PROMOTION_ROLLED_BACK', merged?.merged?.at)
  const closed = newest.find(({ kind }) => kind === 'promotion')?.closed
  if (closed?.planHash === plan.planHash) return since('PROMOTION_STAYS_CLOSED', closed.at)
  return (await snapshot.isNoOp(plan)) ? undefined : since('PROMOTION_DUE', undefined)
}

function since(
  code: 'PROMOTION_ROLLED_BACK' | 'PROMOTION_STAYS_CLOSED' | 'PROMOTION_DUE',
  at: NonNullable<LedgerRecord['closed']>['at'] | undefined,
) {
  return { outcome: outcome('waiting', code), ...(at && { since: at }) }
}
