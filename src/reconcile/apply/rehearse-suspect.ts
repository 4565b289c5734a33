import type { LiveObject } from '../../model/cluster.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { additionsTo, checkDrift, claimOf } from '../drift/check-drift.ts'
import type { HealedObject } from '../heal/heal-memory.ts'
import type { Session } from '../pass/session.ts'
import { belongsElsewhere, elsewhere } from './elsewhere.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'

/** Git has nothing new for it: whatever differs was done by others. */
export async function rehearseSuspect(session: Session, plain: Rehearsal, rules: RehearsalRules): Promise<Rehearsal> {
  const { object } = plain.action
  const { drift, live, body, autoscaled, claim } = await checkDrift(session, object, rules)
  const known = {
    ...plain,
    body,
    drift,
    exists: live !== undefined,
    ...(autoscaled && { note: 'REPLICAS_AUTOSCALED' as const }),
  }
  if (live && belongsElsewhere(session, live)) return elsewhere(known)
  if (drift.length === 0) return known
  if (rules.heal === 'report') return { ...known, result: 'skip', note: 'DRIFT_REPORTED' }
  const claims = claim && { claim, claimAnew: additionsClaimed(object, rules) }
  const healed = { ...known, force: true, ...claims, note: 'DRIFT_HEALED' } as const
  return rules.heal === 'asked' ? forgiven(session, healed) : inTurn(session, healed)
}

/** Takes what people added into our share of the object, so that the next apply takes it out. */
export function additionsClaimed({ key }: DesiredObject, rules: RehearsalRules) {
  return (live: LiveObject) => {
    const added = additionsTo(live, key, rules)
    return added.length > 0 ? claimOf(live, added) : undefined
  }
}

function forgiven(session: Session, healed: Rehearsal): Rehearsal {
  session.heals.forgive(patientOf(session, healed.action.object))
  return healed
}

/** A fight with another writer slows down, and is given up. */
function inTurn(session: Session, healed: Rehearsal): Rehearsal {
  const { heals, ports } = session
  const decision = heals.decide(patientOf(session, healed.action.object), healed.drift, ports.clock.now().getTime())
  if (decision.decision === 'heal') return healed
  const { claim: _, claimAnew: __, ...kept } = { ...healed, force: false }
  if (decision.decision === 'wait') return { ...kept, result: 'skip', againInMs: decision.waitMs, note: 'DRIFT_WAITS' }
  const drift = healed.drift.map((entry) => (decision.fields.includes(entry) ? { ...entry, contended: true } : entry))
  return { ...kept, result: 'skip', drift, note: 'DRIFT_CONTENDED' }
}

export function patientOf({ ownership }: Session, { id, renderHash }: DesiredObject): HealedObject {
  return { label: ownership.target, id, renderHash }
}
