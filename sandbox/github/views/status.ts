import type { CommitStatus } from '../state/check.ts'
import { fullName, type Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { nodeId } from './node-id.ts'

export function statusView(world: World, repository: Repository, status: CommitStatus): Record<string, unknown> {
  return {
    url: `${world.apiUrl}/repos/${fullName(repository)}/statuses/${status.sha}`,
    avatar_url: `${world.url}/avatars/u/${status.creator.id}`,
    id: status.id,
    node_id: nodeId('Status', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: accountView(world, status.creator),
  }
}
