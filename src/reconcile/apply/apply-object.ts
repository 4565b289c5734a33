import { LockstepError, type Problem } from '../../model/errors.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import type { InventoryRecord } from '../inventory/inventory.ts'
import { FIELD_MANAGER } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import { applyLate } from './apply-late.ts'
import { writeClaim } from './claim.ts'
import { refusalProblem } from './cluster-problem.ts'
import type { Rehearsal } from './rehearsal.ts'
import { patientOf } from './rehearse-suspect.ts'
import { removeForReplacement } from './replace-object.ts'

export interface Applied {
  readonly id: string
  readonly verb: 'created' | 'configured' | 'unchanged'
  readonly record: InventoryRecord
}

/** Writes one object as it was rehearsed. What the server refuses is the answer; outages and defects are thrown. */
export async function applyObject(session: Session, rehearsal: Rehearsal, mask: LazyMask): Promise<Applied | Problem> {
  const { action, body, force, claim, claimAnew, replaces, late } = rehearsal
  const { key, id, renderHash, fleeting } = action.object
  try {
    if (claim) await writeClaim(session, key, claim, claimAnew ?? (() => undefined))
    if (replaces !== undefined) await removeForReplacement(session, key, replaces)
    const apply = () => session.cluster.apply(body, { fieldManager: FIELD_MANAGER, force })
    const answer = await (late ? applyLate(session, apply) : apply())
    if (rehearsal.note === 'DRIFT_HEALED')
      session.heals.healed(patientOf(session, action.object), rehearsal.drift, session.ports.clock.now().getTime())
    const { uid, ownHash, version } = session.view.take(answer)
    const record = { key, ...(uid && { uid }), renderHash, appliedHash: ownHash, ...(fleeting && { fleeting }) }
    const moved = version !== action.live?.version
    return { id, verb: rehearsal.exists ? (moved ? 'configured' : 'unchanged') : 'created', record }
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'REPLACE_WAITS') return error.problems[0] as Problem
    return refusalProblem(error, key, mask)
  }
}
