import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { nodeId } from './node-id.ts'
import { repositoryApiUrl } from './repository.ts'

export async function refView(
  world: World,
  repository: Repository,
  ref: string,
  sha: string,
): Promise<Record<string, unknown>> {
  const api = repositoryApiUrl(world, repository)
  const type = (await repository.git.objectType(sha)) ?? 'commit'
  return {
    ref,
    node_id: nodeId('Ref', `${repository.id}:${ref}`),
    url: `${api}/git/${ref}`,
    object: { sha, type, url: `${api}/git/${type}s/${sha}` },
  }
}
