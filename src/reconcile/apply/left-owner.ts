import type { LiveObject } from '../../model/cluster.ts'
import { LockstepError } from '../../model/errors.ts'
import { resourceId } from '../../model/resource-key.ts'
import type { Target } from '../../model/target.ts'
import { inventoryOf } from '../inventory/inventory-store.ts'
import { TARGET_LABEL, targetLabel } from '../labels.ts'
import { keyOf, labelOf, uidOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { declaredTargets } from '../targets/declared-targets.ts'
import { isOrphaned } from '../targets/left-targets.ts'
import { standingOf } from '../targets/standing.ts'

/**
 * The target of the same repository that left this very object behind: Git declares it nowhere now, its removal policy is `orphan`, and its
 * inventory tells that it was left so. undefined where any of that is not sure, and for objects of other repositories.
 */
export async function leftOwner(session: Session, found: LiveObject): Promise<Target | undefined> {
  const label = labelOf(found, TARGET_LABEL) ?? ''
  const inventory = await inventoryOf(session.cluster, session.inventoryNamespace, label)
  if (!inventory || inventory.flaw !== undefined || inventory.newer) return undefined
  const { repository, target, records } = inventory
  if (repository !== session.repository || targetLabel(repository, target) !== label) return undefined
  const record = records.get(resourceId(keyOf(found)))
  if (!isOrphaned(inventory) || record?.uid === undefined || record.uid !== uidOf(found)) return undefined
  return (await isLeftOrphan(session, target)) ? target : undefined
}

async function isLeftOrphan({ ports, ref }: Session, target: Target): Promise<boolean> {
  try {
    const declared = await declaredTargets(await ports.source(ref))
    const standing = declared && standingOf(target, declared)
    return standing?.kind === 'left' && standing.removal === 'orphan'
  } catch (error) {
    if (error instanceof LockstepError && error.kind === 'refused') return false
    throw error
  }
}
