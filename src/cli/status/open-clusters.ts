import { resolve } from 'node:path'
import { openCluster } from '../../adapters/kubernetes/open-cluster.ts'
import { createClusters } from '../../assemble/clusters.ts'
import { readOperatorFile } from '../../assemble/operator.ts'
import type { Cluster } from '../../model/cluster.ts'
import { LockstepError } from '../../model/errors.ts'
import type { ClusterView } from '../../reconcile/live/live-view.ts'
import { WatchedView } from '../../reconcile/live/watched-view.ts'
import type { Invocation } from '../command.ts'

/** The clusters that a command may look at. */
export interface ReachableClusters extends AsyncDisposable {
  /** A kubeconfig leads to one cluster, whatever it is called; undefined: to those that the operator registered. */
  readonly only?: Cluster
  /** Where the operator keeps inventories. */
  readonly inventoryNamespace?: string
  /** As `Clusters.open`. */
  open(name: string, repository: string, environment?: string): Promise<Cluster>
  /** What its watches tell, for all who ask. */
  view(cluster: Cluster): ClusterView
}

/** By `--kubeconfig`, else by the operator's file. Nothing is sent yet. */
export async function openClusters({ options, cwd, env }: Invocation): Promise<ReachableClusters> {
  const { kubeconfig, context, config } = options as Readonly<Record<string, string | undefined>>
  if (kubeconfig !== undefined) {
    const access = {
      name: 'kubeconfig',
      kubeconfig: resolve(cwd, kubeconfig),
      allowExec: true,
      commandEnvironment: env,
    }
    const only = await openCluster({ ...access, ...(context !== undefined && { context }) })
    return withViews({ only, open: async () => only }, () => only.close())
  }
  if (config === undefined && !env.LOCKSTEP_CONFIG) throw noClusters()
  const file = readOperatorFile(config, env, cwd)
  const clusters = createClusters(file.clusters, file.inventoryNamespace)
  const { inventoryNamespace } = file
  return withViews({ inventoryNamespace, open: clusters.open }, () => clusters.close())
}

type Reachable = Pick<ReachableClusters, 'only' | 'inventoryNamespace' | 'open'>

function withViews(reachable: Reachable, close: () => Promise<void>): ReachableClusters {
  const { inventoryNamespace = 'lockstep-system' } = reachable
  const views = new Map<string, WatchedView>()
  return {
    ...reachable,
    view(cluster) {
      const view = views.get(cluster.name) ?? new WatchedView(cluster, { inventoryNamespace })
      views.set(cluster.name, view)
      return view
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...views.values()].map((view) => view.close()))
      await close()
    },
  }
}

function noClusters(): LockstepError {
  const message = 'Nothing says how to reach a cluster.'
  const remedy = "Name a kubeconfig with --kubeconfig, or the operator's file with --config."
  return new LockstepError({ code: 'OPTION_MISSING', message, remedy }, { kind: 'usage' })
}
