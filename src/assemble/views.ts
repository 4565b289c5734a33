import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, ResourceKind } from '../model/cluster.ts'
import { keepUp } from '../reconcile/live/upkeep.ts'
import { WatchedView } from '../reconcile/live/watched-view.ts'

/** What watches tell of each cluster, shared by every pass and watcher of a process. */
export interface Views {
  /** Opened when first asked for; asks nothing of the cluster by itself. */
  of(cluster: Cluster): WatchedView
  /** Ends what is known of a cluster that this process does not hold any more. */
  release(name: string): Promise<void>
  close(): Promise<void>
}

/** `onDisagreement`: objects of this kind were not known as they are. */
export function createViews(
  inventoryNamespace: string,
  onDisagreement: (cluster: string, kind: ResourceKind) => void = () => undefined,
): Views {
  const views = new Map<string, OpenView>()
  return {
    of(cluster) {
      const { name } = cluster
      const open = views.get(name) ?? new OpenView(cluster, inventoryNamespace, (kind) => onDisagreement(name, kind))
      views.set(name, open)
      return open.view
    },
    async release(name) {
      const open = views.get(name)
      views.delete(name)
      await open?.close()
    },
    async close() {
      await Promise.all([...views.values()].map((open) => open.close()))
    },
  }
}

class OpenView {
  readonly view: WatchedView
  readonly #stop = new AbortController()
  readonly #upkeep: Promise<void>

  constructor(cluster: Cluster, inventoryNamespace: string, onDisagreement: (kind: ResourceKind) => void) {
    this.view = new WatchedView(cluster, { inventoryNamespace })
    const { signal } = this.#stop
    this.#upkeep = keepUp(this.view, { clock, signal, onDisagreement })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.view.close()
    await this.#upkeep
  }
}

const clock = {
  now: () => new Date(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    sleep(milliseconds, undefined, { signal }).catch(() => undefined),
}
