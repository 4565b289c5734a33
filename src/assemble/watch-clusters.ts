import { setTimeout as sleep } from 'node:timers/promises'
import { findOverlays, targetsOf } from '../config/layout.ts'
import { loadRepositoryConfig } from '../config/load.ts'
import { type RepositoryRef, repositoryName } from '../model/github.ts'
import type { Target } from '../model/target.ts'
import { type Member, watchCluster } from '../reconcile/watch/watch-targets.ts'
import { reconcilePorts } from './ports.ts'
import type { Services } from './services.ts'

const AGAIN_MS = 5_000

/** Follows every registered cluster until the signal; a watch that ends is begun again. */
export async function watchClusters(services: Services, signal: AbortSignal): Promise<void> {
  await Promise.all(services.clusters.names.map((cluster) => watchOnAndOn(services, cluster, signal)))
}

async function watchOnAndOn(services: Services, cluster: string, signal: AbortSignal): Promise<void> {
  const targets = () => targetsOfCluster(services, cluster)
  while (!signal.aborted) {
    try {
      await watchCluster(reconcilePorts(services), { cluster, targets, signal })
    } catch (error) {
      services.log.warn({ err: error, cluster }, 'a cluster cannot be watched')
    }
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Targets in all repositories that may use the cluster, as the default branches stand. */
async function targetsOfCluster(services: Services, cluster: string): Promise<Member[]> {
  const repositories = await services.github.repositories()
  const allowed = repositories.filter((ref) => services.clusters.mayUse(cluster, repositoryName(ref)))
  const members = await Promise.all(allowed.map((ref) => membersOf(services, ref)))
  return members.flat().filter(({ target }) => target.cluster === cluster)
}

/** A repository that cannot be read now must not hide the targets of the others. */
async function membersOf(services: Services, repository: RepositoryRef): Promise<Member[]> {
  try {
    const targets = await declaredTargets(services, repository)
    return targets.map((target) => ({ repository, target }))
  } catch (error) {
    services.log.warn(
      { err: error, repository: repositoryName(repository) },
      'the targets of a repository cannot be read',
    )
    return []
  }
}

async function declaredTargets(services: Services, ref: RepositoryRef): Promise<Target[]> {
  const { repository, mirror } = await services.openRepository(ref)
  const tip = await mirror.resolve(`refs/heads/${await repository.defaultBranch()}`)
  if (!tip) return []
  const tree = await mirror.tree(tip)
  const config = await loadRepositoryConfig(tree)
  return config ? targetsOf(config, await findOverlays(config, tree)).map(({ target }) => target) : []
}
