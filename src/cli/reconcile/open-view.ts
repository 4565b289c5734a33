import type { Cluster } from '../../model/cluster.ts'
import { WatchedView } from '../../reconcile/live/watched-view.ts'
import type { ReconcilePorts } from '../../reconcile/ports.ts'

const INVENTORY_NAMESPACE = 'lockstep-system'
/** Names of more targets than that make a selector longer than an address may be. */
const MOST_LABELS = 50

export interface OpenView {
  /** `ReconcilePorts.view`. */
  readonly of: NonNullable<ReconcilePorts['view']>
  close(): Promise<void>
}

/** What watches tell of these targets (`targetLabel`s; none: all of ours) and of no other. Nothing is asked yet. */
export function openView(cluster: Cluster, labels: readonly string[]): OpenView {
  const selected = labels.length > MOST_LABELS ? [] : labels
  const view = new WatchedView(cluster, { inventoryNamespace: INVENTORY_NAMESPACE, labels: selected })
  const covers = (label: string | undefined) => labels.length === 0 || (label !== undefined && labels.includes(label))
  return {
    of: async (_cluster, label) => (covers(label) ? view : undefined),
    close: () => view.close(),
  }
}
