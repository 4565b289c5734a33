import { LockstepError } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { summary } from '../pass/failure.ts'
import { type ReconcileRequest, reconcileTarget } from '../pass/reconcile-target.ts'
import type { ReconcilePorts } from '../ports.ts'
import { type Declared, declaredTargets } from './declared-targets.ts'
import { removeTarget } from './remove-target.ts'
import { standingOf } from './standing.ts'

/** `reconcileTarget` for a target that Git declares; for one that left Git, what its removal policy says. */
export async function settleTarget(ports: ReconcilePorts, request: ReconcileRequest): Promise<Outcome> {
  const declared = await declaredNow(ports, request)
  const standing = declared && standingOf(request.target, declared)
  if (!standing || standing.kind === 'declared') return reconcileTarget(ports, request)
  if (standing.kind === 'unsure') return { decision: 'refused', ...summary([standing.problem]) }
  return removeTarget(ports, request, { removal: standing.removal, revision: declared.revision })
}

/** undefined where Git says nothing that can be read: the pass says why. */
async function declaredNow(ports: ReconcilePorts, { repository }: ReconcileRequest): Promise<Declared | undefined> {
  try {
    return await declaredTargets(await ports.source(repository))
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}
