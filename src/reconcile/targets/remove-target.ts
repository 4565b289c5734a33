import type { Removal } from '../../config/repository-config.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { deleteInventory, isPresent } from '../inventory/inventory-store.ts'
import { trustedInventory } from '../inventory/recover-inventory.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { failureOutcome, failureProblems, summary } from '../pass/failure.ts'
import { openSession, type Session, type TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'
import { deleteTarget } from './delete-target.ts'
import { stillLeft, wakeHeirs } from './heirs.ts'
import { leftBehind } from './left-behind.ts'
import { isOrphaned } from './left-targets.ts'
import { nothingLeft, showRemoval, tellRemoval } from './removal-news.ts'

export interface RemovalOrder {
  readonly removal: Removal
  /** Of the default branch, which does not have the target. */
  readonly revision: string
}

/**
 * A target left Git. `orphan`: its objects stay as they are, and what is left behind is told once. `delete`: they are pruned by the rules
 * for objects that leave Git, and the inventory goes last. Repeating it changes nothing more. Throws only when aborted or for a defect.
 */
export async function removeTarget(
  ports: ReconcilePorts,
  request: TargetRequest,
  { removal, revision }: RemovalOrder,
): Promise<Outcome> {
  try {
    const session = await openSession(ports, request)
    const inventory = await heldInventory(session)
    if (!isPresent(inventory) && inventory.records.size === 0) return nothingLeft(session, 'nothing')
    return removal === 'orphan' ? await orphan(session, inventory) : await deleteTarget(session, inventory, revision)
  } catch (error) {
    const problems = failureProblems(error)
    request.signal.throwIfAborted()
    await showRemoval(ports, request, problems)
    return failureOutcome(error)
  }
}

async function heldInventory(session: Session): Promise<Inventory> {
  const known = await currentInventory(session)
  await hold(session, known)
  const { inventory } = await trustedInventory(session, known, new Set())
  if (inventory !== known) await hold(session, inventory)
  return inventory
}

function hold({ view, signal }: Session, { records }: Inventory): Promise<void> {
  return view.hold(kindsOf([...records.values()].map(({ key }) => key)), signal)
}

/** The inventory stays too, until others took every object over: it is what tells whose these are. */
async function orphan(session: Session, inventory: Inventory): Promise<Outcome> {
  const told = isOrphaned(inventory)
  const left = told ? await stillLeft(session, inventory) : inventory
  if (left.records.size === 0) {
    await deleteInventory(session, inventory)
    await showRemoval(session.ports, { repository: session.ref, target: session.target }, [])
    return nothingLeft(session, 'done')
  }
  const problem = leftBehind(
    session,
    [...left.records.values()].map(({ key }) => key),
  )
  if (!told || left.records.size < inventory.records.size) await tellRemoval(session, left, [problem], inventory)
  if (!told) await wakeHeirs(session)
  return { decision: told ? 'nothing' : 'done', ...summary([problem]) }
}
