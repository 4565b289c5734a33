import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError } from '../../model/errors.ts'
import { withoutFleeting } from '../inventory/next-inventory.ts'
import { writeInventory } from '../inventory/write-inventory.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { openSession, type TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'

/**
 * Notes in the inventory that these Jobs (uid by `resourceId`) are missed from now on, whatever their time to live, once they are gone.
 * Answers which need no more attention; none where the cluster does not answer.
 */
export async function missEnded(
  ports: ReconcilePorts,
  request: TargetRequest,
  ended: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  try {
    const session = await openSession(ports, request)
    const live = session.view.ofTarget(session.ownership.target)
    const gone = [...ended].filter(([id, uid]) => live.get(id)?.uid !== uid)
    const inventory = await currentInventory(session)
    await writeInventory(session, withoutFleeting(inventory, new Map(gone)), inventory)
    return gone.map(([id]) => id)
  } catch (error) {
    if (error instanceof LockstepError || error instanceof ClusterError) return []
    throw error
  }
}
