import { ClusterError } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import { applySetId, FIELD_MANAGER, inventoryName, PART_OF_LABEL, TARGET_LABEL, targetLabel } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import type { ExaminedObject } from './examined-object.ts'

export interface HandedOver {
  readonly given: readonly ExaminedObject[]
  readonly problems: readonly Problem[]
}

/** Gives objects to the targets that have them in Git now: their labels instead of ours, and a reconcile each, which takes them in. */
export async function handOver(
  session: Session,
  objects: readonly ExaminedObject[],
  mask: LazyMask,
): Promise<HandedOver> {
  const results = await mapLimited(objects, session.concurrency, async (object) => ({
    object,
    problem: await giveOne(session, object, mask),
  }))
  const given = results.flatMap(({ object, problem }) => (problem ? [] : [object]))
  const targets = new Map(given.flatMap((object) => receiver(object) ?? []).map((target) => [targetId(target), target]))
  for (const target of targets.values()) {
    await session.ports.queue.add({ kind: 'reconcile', repository: session.ref, target })
  }
  return { given, problems: results.flatMap(({ problem }) => problem ?? []) }
}

async function giveOne(session: Session, object: ExaminedObject, mask: LazyMask): Promise<Problem | undefined> {
  const target = receiver(object)
  const { live, record } = object
  if (!target || !live) return undefined
  const labels = labelsOf(session, target)
  try {
    const metadata = { uid: live.uid, resourceVersion: live.version, labels }
    await session.cluster.patch(record.key, { metadata }, { fieldManager: FIELD_MANAGER })
    session.view.forget(record.key, live.uid)
    return undefined
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    const label = resourceLabel(record.key)
    return {
      code: 'PRUNE_FAILED',
      message: `${label} was not given to ${targetId(target)}: ${(await mask()).text(error.message)}`,
      object: label,
      remedy: 'It is tried again.',
    }
  }
}

function receiver({ finding }: ExaminedObject): Target | undefined {
  return finding?.code === 'claimed' ? finding.by : undefined
}

function labelsOf({ repository, inventoryNamespace }: Session, target: Target) {
  return {
    [TARGET_LABEL]: targetLabel(repository, target),
    [PART_OF_LABEL]: applySetId(inventoryName(repository, target), inventoryNamespace),
  }
}
