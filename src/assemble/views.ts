import type { Cluster } from '../model/cluster.ts'
import { WatchedView } from '../reconcile/live/watched-view.ts'

/** What watches tell of each cluster, shared by every pass and watcher of a process. */
export interface Views {
  /** Opened when first asked for; asks nothing of the cluster by itself. */
  of(cluster: Cluster): WatchedView
  /** Ends what is known of a cluster that this process does not hold any more. */
  release(name: string): Promise<void>
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
    async release(name) {
      const view = views.get(name)
      views.delete(name)
      await view?.close()
    },
    async close() {
      await Promise.all([...views.values()].map((view) => view.close()))
    },
  }
}
