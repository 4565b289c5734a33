import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { targetId } from '../../model/target.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { writeInventory } from '../inventory/write-inventory.ts'
import type { Session, TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'
import { nextInventoryReport } from '../report/inventory-report.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { unknownStatus } from '../report/status-after.ts'

export function nothingLeft({ target }: Session, decision: 'done' | 'nothing'): Outcome {
  return { decision, code: 'REMOVED', message: `${targetId(target)} left Git and nothing of it is left.` }
}

/** On the board, and with the inventory (as the cluster has it: `before`), so that it is told once. */
export async function tellRemoval(
  session: Session,
  inventory: Inventory,
  problems: readonly Problem[],
  before: Inventory = inventory,
): Promise<void> {
  const at = session.ports.clock.now().toISOString()
  const objects = [...inventory.records.values()].map(({ key }) => ({ key, verb: 'skipped' as const }))
  const report = nextInventoryReport(inventory.report, { at, revision: inventory.attempted ?? '', objects, problems })
  await writeInventory(session, { ...inventory, ...(report !== undefined && { report }) }, before)
  await showRemoval(session.ports, { repository: session.ref, target: session.target }, problems)
}

/** Nobody keeps a target healthy that left Git, so the board says nothing of that. */
export async function showRemoval(
  ports: ReconcilePorts,
  { repository, target }: Omit<TargetRequest, 'signal'>,
  problems: readonly Problem[],
): Promise<void> {
  const previous = await knownStatus(ports, repository, target)
  const status = unknownStatus(target, previous, problems, ports.clock.now())
  await publishStatus(ports, repository, { ...status, drift: [] }, previous)
}
