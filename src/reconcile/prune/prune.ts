import { ClusterError } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { byStage } from '../apply/sync-stage.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import type { Session } from '../pass/session.ts'
import type { StaleObject } from '../pass/sync-plan.ts'

/** Deletes in the stages' opposite order, each object only while it is the one that was looked at. */
export async function prune(
  session: Session,
  objects: readonly StaleObject[],
  mask: LazyMask,
): Promise<{ deleted: string[]; problems: Problem[] }> {
  const deleted: string[] = []
  const problems: Problem[] = []
  for (const stage of byStage(objects, ({ record }) => record.key).reverse()) {
    session.signal.throwIfAborted()
    await mapLimited(stage, session.concurrency, async (object) => {
      const problem = await deleteOne(session, object, mask)
      if (problem) problems.push(problem)
      else deleted.push(object.id)
    })
  }
  return { deleted, problems }
}

async function deleteOne(
  session: Session,
  { record, live }: StaleObject,
  mask: LazyMask,
): Promise<Problem | undefined> {
  const uid = live?.uid
  if (!uid) return undefined
  try {
    await session.cluster.delete(record.key, { uid })
    session.view.forget(record.key, uid)
    return undefined
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    const object = resourceLabel(record.key)
    return {
      code: 'PRUNE_FAILED',
      message: `${object} was not pruned: ${(await mask()).text(error.message)}`,
      object,
      remedy: 'It is tried again.',
    }
  }
}
