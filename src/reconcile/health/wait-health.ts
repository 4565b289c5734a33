import type { Inventory } from '../inventory/inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import type { Session } from '../pass/session.ts'
import { inventoryHealth, type ObjectHealth } from './inventory-health.ts'

/** How often it is asked whether there is something newer to do. */
const ASK_MS = 2_000
/** Changes come in crowds. */
const PAUSE_MS = 20

export type HealthWait =
  | { readonly ended: 'settled' | 'deadline'; readonly objects: readonly ObjectHealth[] }
  | { readonly ended: 'superseded' }

/**
 * Waits, told by the view, until none of the target's objects is on its way, one is Degraded, the deadline passes, or `superseded` says
 * that there is something newer to do. An object that is Missing does not come by waiting.
 */
export async function waitForHealth(
  session: Session,
  inventory: Inventory,
  options: { deadlineMs: number; superseded: () => Promise<boolean> },
): Promise<HealthWait> {
  const { clock } = session.ports
  const deadline = clock.now().getTime() + options.deadlineMs
  for (;;) {
    const news = new NextChange(session)
    try {
      const objects = await look(session, inventory)
      if (objects.some(({ health }) => health === 'Degraded')) return { ended: 'settled', objects }
      if (!objects.some(({ health }) => health === 'Progressing')) return { ended: 'settled', objects }
      const left = deadline - clock.now().getTime()
      if (left <= 0 || session.signal.aborted) return { ended: 'deadline', objects }
      if (await options.superseded()) return { ended: 'superseded' }
      await news.within(Math.min(ASK_MS, left))
    } finally {
      news.end()
    }
  }
}

/** The next change of a target from when this is made, so that none between a look and the wait is missed. */
class NextChange {
  readonly #session: Session
  readonly #stop = new AbortController()
  readonly #changed: Promise<void>

  constructor(session: Session) {
    this.#session = session
    this.#changed = session.view.changed(session.ownership.target, this.#stop.signal)
  }

  async within(milliseconds: number): Promise<void> {
    const { ports, signal } = this.#session
    const stop = AbortSignal.any([signal, this.#stop.signal])
    await Promise.race([this.#changed, ports.clock.sleep(milliseconds, stop)])
    await ports.clock.sleep(Math.min(PAUSE_MS, milliseconds), stop)
  }

  end(): void {
    this.#stop.abort()
  }
}

async function look(session: Session, inventory: Inventory): Promise<ObjectHealth[]> {
  const keys = [...inventory.records.values()].map(({ key }) => key)
  await session.view.hold(kindsOf(keys), session.signal)
  return inventoryHealth(inventory, session.view.ofTarget(session.ownership.target))
}
