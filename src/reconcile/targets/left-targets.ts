import { ClusterError } from '../../model/cluster-error.ts'
import { LockstepError } from '../../model/errors.ts'
import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Target } from '../../model/target.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { listInventories } from '../inventory/inventory-store.ts'
import type { ReconcilePorts } from '../ports.ts'
import { parseInventoryReport } from '../report/inventory-report.ts'
import { type Declared, declaredTargets, noneWhereEmpty } from './declared-targets.ts'
import { standingOf } from './standing.ts'

const PATIENCE_MS = 5_000

/**
 * Enqueues a reconcile of every target of the repository that a cluster has an inventory of and Git has not any more, without those whose
 * objects stay behind and that were told of already. For the worker that holds the cluster: its watches tell inventories without a request.
 * Answers which those are: none where Git cannot be read, because that is never a reason to remove anything.
 */
export async function dispatchLeft(
  ports: ReconcilePorts,
  repository: RepositoryRef,
  cluster: string,
): Promise<Target[]> {
  const declared = await declaredTargets(await ports.source(repository)).catch(noneWhereEmpty)
  if (!declared) return []
  const name = repositoryName(repository)
  const left = (await inventoriesOf(ports, cluster))
    .filter((inventory) => inventory.repository === name && isOpen(inventory, declared))
    .map(({ target }) => target)
  await Promise.all(left.map((target) => ports.queue.add({ kind: 'reconcile', repository, target })))
  return left
}

function isOpen(inventory: Inventory, declared: Declared): boolean {
  const standing = standingOf(inventory.target, declared)
  return standing.kind === 'left' && !(standing.removal === 'orphan' && isOrphaned(inventory))
}

/** What is left behind was told of. A pass of a target that came back tells something else. */
export function isOrphaned({ report }: Inventory): boolean {
  const problems = report === undefined ? [] : (parseInventoryReport(report)?.problems ?? [])
  return problems.some(({ code }) => code === 'REMOVAL_ORPHANED')
}

/** None where the cluster cannot be asked now: that is never a reason to remove anything. */
export async function inventoriesOf(ports: ReconcilePorts, name: string): Promise<readonly Inventory[]> {
  const { inventoryNamespace = 'lockstep-system' } = ports.settings ?? {}
  try {
    const cluster = await ports.cluster(name)
    const view = await ports.view?.(cluster)
    if (!view) return await listInventories(cluster, inventoryNamespace)
    return (await view.inventories(AbortSignal.timeout(PATIENCE_MS))).inventories()
  } catch (error) {
    if (isOutage(error)) return []
    throw error
  }
}

function isOutage(error: unknown): boolean {
  if (error instanceof LockstepError || error instanceof ClusterError) return true
  const { name } = error as Error
  return name === 'TimeoutError' || name === 'AbortError'
}
