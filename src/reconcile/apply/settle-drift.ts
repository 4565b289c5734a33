import type { ClusterError } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { checkDrift } from '../drift/check-drift.ts'
import type { FoundDrift } from '../drift/drift.ts'
import { hasPath } from '../fields/managed-path.ts'
import { isPerson } from '../fields/people.ts'
import type { Session } from '../pass/session.ts'
import { conflictProblem } from './cluster-problem.ts'
import { settlementOf } from './conflict-policy.ts'
import { dryRun } from './dry-run.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'
import { additionsClaimed } from './rehearse-suspect.ts'

/** A conflict on an object of ours: fields that we had applied and what people changed are drift; any other field is its manager's right. */
export async function settleDrift(
  session: Session,
  prepared: Rehearsal,
  rules: RehearsalRules,
  { conflicts }: Pick<ClusterError, 'conflicts'>,
): Promise<Rehearsal> {
  const { object } = prepared.action
  const before = (await rules.lastApplied()).get(object.id)
  const facts = {
    owned: true,
    sent: (field: string) => before !== undefined && hasPath(before.body, field),
    isPerson: (manager: string) => isPerson(manager, rules.drift.people),
    isEarlierTool: () => false,
  }
  const refused = conflicts.filter((conflict) => settlementOf(conflict, facts) === 'conflict')
  if (refused.length > 0) return { ...prepared, result: 'refused', problem: conflictProblem(refused, object.key) }
  const { drift: found, claim } = await checkDrift(session, before ?? object, rules)
  const drift = before ? found : found.filter(({ path }) => conflicts.some(({ field }) => field === path))
  if (rules.heal === 'report')
    return { ...prepared, result: 'refused', drift, problem: driftBlocks(session, object, drift) }
  await dryRun(session, prepared.body, true)
  const claims = claim && { claim, claimAnew: additionsClaimed(object, rules) }
  return { ...prepared, force: true, drift, ...claims, note: 'DRIFT_HEALED' }
}

function driftBlocks(session: Session, object: DesiredObject, drift: readonly FoundDrift[]): Problem {
  const fields = drift.map(({ path, manager }) => `${path}${manager ? ` by ${manager}` : ''}`).join(', ')
  return {
    code: 'DRIFT_BLOCKS',
    message: `${resourceLabel(object.key)} was not applied: its live fields were changed (${fields}), and the drift policy is report.`,
    object: resourceLabel(object.key),
    remedy: `Comment \`/heal ${session.target.environment}\`, or bring the change into Git.`,
  }
}
