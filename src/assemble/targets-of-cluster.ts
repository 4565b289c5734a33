import { type RepositoryRef, repositoryName } from '../model/github.ts'
import type { Target } from '../model/target.ts'
import { heldTargets, noneWhereEmpty } from '../reconcile/targets/declared-targets.ts'
import { sourceOfMirror } from '../reconcile/targets/mirror-source.ts'
import type { Member } from '../reconcile/watch/watch-targets.ts'
import type { Services } from './services.ts'

/** Targets in all repositories that may use the cluster, as the default branches and pins stand. */
export async function targetsOfCluster(services: Services, cluster: string): Promise<Member[]> {
  const repositories = await services.github.repositories()
  const allowed = repositories.filter((ref) => services.clusters.mayUse(cluster, repositoryName(ref)))
  const members = await Promise.all(allowed.map((ref) => membersOf(services, ref)))
  return members.flat().filter(({ target }) => target.cluster === cluster)
}

/** A repository that cannot be read now must not hide the targets of the others. */
async function membersOf(services: Services, repository: RepositoryRef): Promise<Member[]> {
  try {
    const targets = await targetsOf(services, repository)
    return targets.map((target) => ({ repository, target }))
  } catch (error) {
    services.log.warn(
      { err: error, repository: repositoryName(repository) },
      'the targets of a repository cannot be read',
    )
    return []
  }
}

async function targetsOf(services: Services, ref: RepositoryRef): Promise<Target[]> {
  const { repository, mirror } = await services.openRepository(ref)
  const source = sourceOfMirror(mirror, `refs/heads/${await repository.defaultBranch()}`)
  const declared = await heldTargets(source).catch(noneWhereEmpty)
  return declared?.targets.map(({ target }) => target) ?? []
}
