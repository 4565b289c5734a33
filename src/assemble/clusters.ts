import { openCluster } from '../adapters/kubernetes/open-cluster.ts'
import { type ClusterConfig, mayUse } from '../config/operator-config.ts'
import type { Cluster } from '../model/cluster.ts'
import { LockstepError } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'

/** The operator's clusters, opened when first used. */
export interface Clusters {
  readonly names: readonly string[]
  /** Whether the operator lets a repository (`owner/name`) use a cluster. */
  mayUse(name: string, repository: string): boolean
  /** Throws CLUSTER_UNKNOWN, and CLUSTER_FORBIDDEN for a repository that may not use it. */
  open(name: string, repository?: string): Promise<Cluster>
  close(): Promise<void>
}

export function createClusters(configs: readonly ClusterConfig[]): Clusters {
  const opened = new Map<string, Promise<Cluster>>()
  return {
    names: configs.map(({ name }) => name),
    mayUse: (name, repository) => configs.some((one) => one.name === name && mayUse(one, repository)),
    async open(name, repository) {
      const config = configs.find((one) => one.name === name)
      if (!config) throw unknown(name, configs)
      if (repository !== undefined && !mayUse(config, repository)) throw forbidden(name, repository)
      const cluster = opened.get(name) ?? connect(config)
      opened.set(name, cluster)
      // A kubeconfig that cannot be read now may be mended without a restart.
      cluster.catch(() => opened.delete(name))
      return cluster
    },
    async close() {
      const clusters = await Promise.allSettled(opened.values())
      await Promise.all(clusters.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
    },
  }
}

function connect({ name, access }: ClusterConfig): Promise<Cluster> {
  if (access.kind === 'inCluster') return openCluster({ name })
  return openCluster({ name, kubeconfig: access.kubeconfig, context: access.context })
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
