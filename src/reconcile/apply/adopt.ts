import type { FieldConflict } from '../../model/cluster-error.ts'
import { hasPath } from '../fields/managed-path.ts'
import { isDisabled } from '../live/disabled.ts'
import type { Session } from '../pass/session.ts'
import { bodyToApply } from './autoscaled-body.ts'
import { contestOf } from './autoscaler.ts'
import { conflictProblem } from './cluster-problem.ts'
import { settlementOf } from './conflict-policy.ts'
import { dryRun } from './dry-run.ts'
import { belongsElsewhere, elsewhere } from './elsewhere.ts'
import { leftOwner } from './left-owner.ts'
import { migration } from './migrated-fields.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'
import { isEarlierTool } from './takeover.ts'

/**
 * A first apply onto an object that is there already: another target's is left alone unless that one left it behind, an earlier tool's is
 * migrated, and fields of anybody else are a conflict. `conflicts` are those of the dry run without force.
 */
export async function adopt(
  session: Session,
  prepared: Rehearsal,
  rules: RehearsalRules,
  conflicts: readonly FieldConflict[] = [],
): Promise<Rehearsal> {
  const { object } = prepared.action
  const found = await session.view.object(object.key)
  if (!found) return { ...prepared, exists: false }
  const leftBy = belongsElsewhere(session, found) ? await leftOwner(session, found) : undefined
  if (belongsElsewhere(session, found) && !leftBy) return elsewhere(prepared)
  if (isDisabled(found)) return { ...prepared, result: 'skip', exists: true, note: 'RECONCILE_DISABLED' }
  const { body, autoscaled } = await bodyToApply(object, contestOf(found), rules.autoscalers)
  const isEarlier = (manager: string) => isEarlierTool(manager, rules.takeover)
  const facts = { owned: false, sent: () => false, isPerson: () => false, isEarlierTool: isEarlier }
  const left = conflicts.filter(({ field }) => hasPath(body, field))
  const refused = left.filter((conflict) => settlementOf(conflict, facts) === 'conflict')
  if (refused.length > 0) return { ...prepared, result: 'refused', problem: conflictProblem(refused, object.key) }
  if (conflicts.length > 0) await dryRun(session, body, true)
  const claimAnew = (live: typeof found) => migration(live, body, isEarlier)
  const claim = claimAnew(found)
  return {
    ...prepared,
    body,
    exists: true,
    // What was written through a subresource is not migrated.
    force: prepared.force || left.some(({ subresource }) => subresource !== undefined),
    ...(leftBy && { leftBy, note: 'ORPHAN_TAKEN_OVER' }),
    ...(autoscaled && { note: 'REPLICAS_AUTOSCALED' }),
    ...(claim && { claim, claimAnew, note: 'TAKEN_OVER' }),
  }
}
