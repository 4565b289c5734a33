import { LockstepError } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { summary } from '../pass/failure.ts'
import { type ReconcileRequest, reconcileTarget } from '../pass/reconcile-target.ts'
import type { ReconcilePorts } from '../ports.ts'
import { declaredTargets } from './declared-targets.ts'
import { removeTarget } from './remove-target.ts'
import { type Standing, standingOf } from './standing.ts'

/** `reconcileTarget` for a target that Git declares; for one that left Git, what its removal policy says. */
export async function settleTarget(ports: ReconcilePorts, request: ReconcileRequest): Promise<Outcome> {
  const standing = await standingNow(ports, request)
  if (standing.kind === 'unsure') return { decision: 'refused', ...summary([standing.problem]) }
  return standing.kind === 'left' ? removeTarget(ports, request, standing.removal) : reconcileTarget(ports, request)
}

/** Where Git says nothing that can be read, the pass says why. */
async function standingNow(ports: ReconcilePorts, { repository, target }: ReconcileRequest): Promise<Standing> {
  try {
    const declared = await declaredTargets(await ports.source(repository))
    return declared ? standingOf(target, declared) : { kind: 'declared' }
  } catch (error) {
    if (error instanceof LockstepError) return { kind: 'declared' }
    throw error
  }
}
