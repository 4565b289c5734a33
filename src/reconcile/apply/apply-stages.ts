import type { Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import type { InventoryRecord } from '../inventory/inventory.ts'
import { FIELD_MANAGER } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import { refusalProblem } from './cluster-problem.ts'
import { patientOf, type Rehearsal } from './rehearse.ts'
import { byStage } from './sync-stage.ts'

export interface Applied {
  readonly id: string
  readonly verb: 'created' | 'configured' | 'unchanged'
  readonly record: InventoryRecord
}

/** Applies stage by stage; a stage with a failure is finished, and the ones after it are not begun. */
export async function applyStages(
  session: Session,
  rehearsals: readonly Rehearsal[],
  mask: LazyMask,
): Promise<{ applied: Applied[]; problems: Problem[] }> {
  const applied: Applied[] = []
  for (const stage of byStage(rehearsals, ({ action }) => action.object.key)) {
    session.signal.throwIfAborted()
    const results = await mapLimited(stage, session.concurrency, (rehearsal) => applyOne(session, rehearsal, mask))
    applied.push(...results.flatMap((result) => ('record' in result ? [result] : [])))
    const problems = results.flatMap((result) => ('code' in result ? [result] : []))
    if (problems.length > 0) return { applied, problems }
  }
  return { applied, problems: [] }
}

async function applyOne(session: Session, rehearsal: Rehearsal, mask: LazyMask): Promise<Applied | Problem> {
  const { action, body, force } = rehearsal
  const { key, id, renderHash } = action.object
  try {
    if (rehearsal.claim)
      await session.cluster.patch(key, { metadata: { ...rehearsal.claim } }, { fieldManager: FIELD_MANAGER })
    const answer = await session.cluster.apply(body, { fieldManager: FIELD_MANAGER, force })
    if (rehearsal.note === 'DRIFT_HEALED')
      session.heals.healed(patientOf(session, action.object), rehearsal.drift, session.ports.clock.now().getTime())
    const { uid, ownHash, version } = session.view.take(answer)
    const record = { key, ...(uid && { uid }), renderHash, appliedHash: ownHash }
    const moved = version !== action.live?.version
    return { id, verb: rehearsal.exists ? (moved ? 'configured' : 'unchanged') : 'created', record }
  } catch (error) {
    return await refusalProblem(error, key, mask)
  }
}
