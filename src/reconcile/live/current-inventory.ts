import { emptyInventory, type Inventory } from '../inventory/inventory.ts'
import { readInventory } from '../inventory/inventory-store.ts'
import type { Session } from '../pass/session.ts'

/** The target's inventory: from the watch where there is one, and then no request is needed. */
export async function currentInventory(session: Session): Promise<Inventory> {
  const { inventories, ownership, repository, target, signal } = session
  if (!inventories) return readInventory(session)
  const known = await inventories.inventories(signal)
  return known.of(ownership.target) ?? emptyInventory(repository, target)
}
