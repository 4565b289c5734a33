import { impersonating } from '../adapters/kubernetes/impersonation.ts'
import type { KubernetesCluster } from '../adapters/kubernetes/kubernetes-cluster.ts'
import { openCluster } from '../adapters/kubernetes/open-cluster.ts'
import { type ClusterConfig, mayUse, serviceAccountOf } from '../config/operator-config.ts'
import type { Cluster } from '../model/cluster.ts'
import { LockstepError } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import { actingCluster } from '../reconcile/ownership/acting-cluster.ts'

/** The operator's clusters, opened when first used. */
export interface Clusters {
  readonly names: readonly string[]
  /** Whether the operator lets a repository (`owner/name`) use a cluster. */
  mayUse(name: string, repository: string): boolean
  /**
   * For the targets of an environment of a repository, in the name of the ServiceAccount that the operator gave them: all share connections and
   * what is known of the server's kinds. Throws CLUSTER_UNKNOWN, and CLUSTER_FORBIDDEN for a repository that may not use it.
   */
  open(name: string, repository?: string, environment?: string): Promise<Cluster>
  /** For requests about who holds the cluster: counted apart, and given up in this time. */
  openForLease(name: string, requestTimeoutMs: number): Promise<Cluster>
  close(): Promise<void>
}

export function createClusters(configs: readonly ClusterConfig[], inventoryNamespace = 'lockstep-system'): Clusters {
  const opened = new Map<string, Promise<KubernetesCluster>>()
  const configOf = (name: string) => {
    const config = configs.find((one) => one.name === name)
    if (!config) throw unknown(name, configs)
    return config
  }
  const openOnce = (config: ClusterConfig) => {
    const cluster = opened.get(config.name) ?? connect(config)
    opened.set(config.name, cluster)
    // A kubeconfig that cannot be read now may be mended without a restart.
    cluster.catch(() => opened.delete(config.name))
    return cluster
  }
  return {
    names: configs.map(({ name }) => name),
    mayUse: (name, repository) => configs.some((one) => one.name === name && mayUse(one, repository)),
    async open(name, repository, environment) {
      const config = configOf(name)
      if (repository !== undefined && !mayUse(config, repository)) throw forbidden(name, repository)
      const cluster = await openOnce(config)
      if (repository === undefined || environment === undefined) return cluster
      const serviceAccount = serviceAccountOf(config, repository, environment)
      if (serviceAccount === undefined) return cluster
      return actingCluster(cluster, cluster.forPurpose(impersonating(serviceAccount)), inventoryNamespace)
    },
    async openForLease(name, requestTimeoutMs) {
      return (await openOnce(configOf(name))).forPurpose({ countAs: 'lease', requestTimeoutMs })
    },
    async close() {
      const clusters = await Promise.allSettled(opened.values())
      await Promise.all(clusters.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
    },
  }
}

function connect({ name, access }: ClusterConfig): Promise<KubernetesCluster> {
  if (access.kind === 'inCluster') return openCluster({ name })
  const { kubeconfig, context, allowCommands = false } = access
  return openCluster({ name, kubeconfig, allowExec: allowCommands, ...(context !== undefined && { context }) })
}

function unknown(name: string, configs: readonly ClusterConfig[]): LockstepError {
  const known = configs.map((one) => one.name)
  return new LockstepError({
    code: 'CLUSTER_UNKNOWN',
    message: `The operator has not registered a cluster "${name}". ${suggestName(name, known)}`,
    remedy: "Correct the name in .lockstep.yaml, or add it to `clusters` in the operator's file.",
  })
}

function forbidden(name: string, repository: string): LockstepError {
  return new LockstepError({
    code: 'CLUSTER_FORBIDDEN',
    message: `${repository} may not use the cluster "${name}".`,
    remedy: "Add the repository to that cluster's `repositories` in the operator's file.",
  })
}
