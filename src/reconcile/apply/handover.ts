import { valueAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { isAutoscaled } from './autoscaler.ts'
import { replicasGivenUp } from './migrated-fields.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'

/**
 * Git stops to set `spec.replicas` of an object that an autoscaler scales from now on: we give the field up without a change. Left to the
 * apply alone it would fall to 1 until the autoscaler looks.
 */
export async function handover(session: Session, prepared: Rehearsal, rules: RehearsalRules): Promise<Rehearsal> {
  const { object, live } = prepared.action
  const { namespace } = object.key
  if (!live?.ownsReplicas || namespace === undefined || valueAt(object.body, 'spec', 'replicas') !== undefined) {
    return prepared
  }
  if (!isAutoscaled(object.key, await rules.autoscalers(namespace))) return prepared
  const found = await session.view.object(object.key)
  const claim = found && replicasGivenUp(found)
  return claim ? { ...prepared, claim, claimAnew: replicasGivenUp, note: 'REPLICAS_AUTOSCALED' } : prepared
}
