import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { nodeId } from './node-id.ts'
import { repositoryApiUrl } from './repository.ts'

export function labelView(world: World, repository: Repository, name: string): Record<string, unknown> {
  return {
    id: [...name].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 1_000_000_007,
    node_id: nodeId('Label', name),
    url: `${repositoryApiUrl(world, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: '',
    color: 'ededed',
    default: false,
  }
}
