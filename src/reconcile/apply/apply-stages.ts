import type { Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import type { Session } from '../pass/session.ts'
import { type Applied, applyObject } from './apply-object.ts'
import type { Rehearsal } from './rehearsal.ts'
import { byStage } from './sync-stage.ts'

/** Applies stage by stage; a stage with a failure is finished, and the ones after it are not begun. */
export async function applyStages(
  session: Session,
  rehearsals: readonly Rehearsal[],
  mask: LazyMask,
): Promise<{ applied: Applied[]; problems: Problem[] }> {
  const applied: Applied[] = []
  for (const step of byStage(rehearsals, ({ action }) => action.object.key).flatMap(lateOnesLast)) {
    session.signal.throwIfAborted()
    const results = await mapLimited(step, session.concurrency, (rehearsal) => applyObject(session, rehearsal, mask))
    applied.push(...results.flatMap((result) => ('record' in result ? [result] : [])))
    const problems = results.flatMap((result) => ('code' in result ? [result] : []))
    if (problems.length > 0) return { applied, problems }
  }
  return { applied, problems: [] }
}

/** One stage in one or two steps. */
function lateOnesLast(stage: readonly Rehearsal[]): Rehearsal[][] {
  const steps = [stage.filter(({ late }) => !late), stage.filter(({ late }) => late)]
  return steps.filter(({ length }) => length > 0)
}
