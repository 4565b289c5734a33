import { setTimeout as sleep } from 'node:timers/promises'
import type { RepositoryRef } from '../model/github.ts'
import { repositoryName } from '../model/github.ts'
import { watchCluster } from '../reconcile/watch-cluster.ts'
import { reconcilePorts } from './ports.ts'
import type { Services } from './services.ts'

const AGAIN_MS = 5_000

/** Follows the objects of every repository in each registered cluster until the signal; a watch that ends is begun again. */
export async function watchClusters(services: Services, signal: AbortSignal): Promise<void> {
  await Promise.all(services.clusters.names.map((cluster) => watchOnAndOn(services, cluster, signal)))
}

async function watchOnAndOn(services: Services, cluster: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await watchRepositories(services, cluster, await services.github.repositories(), signal)
    } catch (error) {
      services.log.warn({ err: error, cluster }, 'a cluster cannot be watched')
    }
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function watchRepositories(
  services: Services,
  cluster: string,
  repositories: readonly RepositoryRef[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    repositories.map((repository) =>
      watchCluster(reconcilePorts(services, repositoryName(repository)), { cluster, repository, signal }),
    ),
  )
}
