import type { Inventory } from '../inventory/inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import type { Session } from '../pass/session.ts'
import { inventoryHealth, type ObjectHealth } from './inventory-health.ts'

const FIRST_LOOK_MS = 100
const LONGEST_MS = 2_000

export type HealthWait =
  | { readonly ended: 'settled' | 'deadline'; readonly objects: readonly ObjectHealth[] }
  | { readonly ended: 'superseded' }

/**
 * Looks at the target's objects until none is on its way, one is Degraded, the deadline passes, or `superseded` says that there is
 * something newer to do. An object that is Missing does not come by waiting.
 */
export async function waitForHealth(
  session: Session,
  inventory: Inventory,
  options: { deadlineMs: number; superseded: () => Promise<boolean> },
): Promise<HealthWait> {
  const { clock } = session.ports
  const deadline = clock.now().getTime() + options.deadlineMs
  let pause = FIRST_LOOK_MS
  for (;;) {
    const objects = await look(session, inventory)
    if (objects.some(({ health }) => health === 'Degraded')) return { ended: 'settled', objects }
    if (!objects.some(({ health }) => health === 'Progressing')) return { ended: 'settled', objects }
    if (clock.now().getTime() >= deadline || session.signal.aborted) return { ended: 'deadline', objects }
    if (await options.superseded()) return { ended: 'superseded' }
    await clock.sleep(pause, session.signal)
    pause = Math.min(LONGEST_MS, pause * 1.5)
  }
}

async function look(session: Session, inventory: Inventory): Promise<ObjectHealth[]> {
  const keys = [...inventory.records.values()].map(({ key }) => key)
  await session.view.hold(kindsOf(keys), session.signal)
  return inventoryHealth(inventory, session.view.ofTarget(session.ownership.target))
}
