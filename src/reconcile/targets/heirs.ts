import { type Target, targetId } from '../../model/target.ts'
import type { Rehearsal } from '../apply/rehearsal.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { TARGET_LABEL } from '../labels.ts'
import { labelOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'

/** Enqueues the targets that were refused an object of another one: what a target leaves behind may be theirs now. */
export async function wakeHeirs({ ports, ref, repository, target }: Session): Promise<void> {
  const statuses = await ports.board.list(repository)
  const refused = statuses.filter(({ problems }) => problems.some(({ code }) => code === 'OBJECT_OF_OTHER_TARGET'))
  await enqueue(
    { ports, ref },
    refused.map((status) => status.target).filter(({ cluster }) => cluster === target.cluster),
  )
}

/** Enqueues the targets that these objects were taken over from, so that they forget them. */
export async function tellForebears(session: Session, applied: readonly Rehearsal[]): Promise<void> {
  const targets = applied.flatMap(({ leftBy }) => leftBy ?? [])
  await enqueue(session, [...new Map(targets.map((target) => [targetId(target), target])).values()])
}

/** Without what went, or belongs to others now. The kinds of the inventory are held by the view. */
export async function stillLeft({ view, ownership }: Session, inventory: Inventory): Promise<Inventory> {
  const live = view.ofTarget(ownership.target)
  const records = new Map(inventory.records)
  for (const [id, { key }] of inventory.records) {
    if (live.has(id)) continue
    const found = await view.object(key)
    if (!found || labelOf(found, TARGET_LABEL) !== ownership.target) records.delete(id)
  }
  return { ...inventory, records }
}

async function enqueue({ ports, ref }: Pick<Session, 'ports' | 'ref'>, targets: readonly Target[]): Promise<void> {
  await Promise.all(targets.map((target) => ports.queue.add({ kind: 'reconcile', repository: ref, target })))
}
