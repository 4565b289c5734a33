import type { Cluster } from '../model/cluster.ts'
import { WatchedView } from '../reconcile/live/watched-view.ts'

/** What watches tell of each cluster, shared by every pass and watcher of a process. */
export interface Views {
  /** Opened when first asked for; asks nothing of the cluster by itself. */
  of(cluster: Cluster): WatchedView
  close(): Promise<void>
}

export function createViews(inventoryNamespace: string): Views {
  const views = new Map<string, WatchedView>()
  return {
    of(cluster) {
      const view = views.get(cluster.name) ?? new WatchedView(cluster, { inventoryNamespace })
      views.set(cluster.name, view)
      return view
    },
    async close() {
      await Promise.all([...views.values()].map((view) => view.close()))
    },
  }
}
