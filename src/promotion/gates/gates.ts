import type { GateReason } from '../../model/gate.ts'
import { approvalGates } from './approvals.ts'
import { planGate } from './bound-plan.ts'
import { checkGates } from './checks.ts'
import { driftGate } from './drift.ts'
import type { GateFacts } from './facts.ts'
import { freezeGate } from './freeze.ts'
import { metricGates } from './metrics.ts'
import { quarantineGate } from './quarantine.ts'
import { soakGate } from './soak.ts'
import { stopGates } from './stops.ts'
import { upstreamGate } from './upstream.ts'

/**
 * Every gate of a promotion, passed ones too. A rollback is the way back: it waits for people, required checks and its own plan, not
 * for upstream, soak, freezes, drift, metrics or the quarantine that it makes.
 */
export function decideGates(facts: GateFacts): GateReason[] {
  const forward = () => [
    upstreamGate(facts),
    soakGate(facts),
    freezeGate(facts),
    ...driftGate(facts),
    ...metricGates(facts),
    quarantineGate(facts),
  ]
  const reasons = [
    ...(facts.kind === 'rollback' ? [] : forward()),
    ...approvalGates(facts),
    ...checkGates(facts),
    ...stopGates(facts),
    planGate(facts),
  ]
  return reasons.map((reason) => ({ environment: facts.environment.name, application: facts.application, ...reason }))
}

export type { GateFacts, UpstreamFact } from './facts.ts'
export { healthyEnvironments, satisfies, upstreamFault } from './upstream.ts'
