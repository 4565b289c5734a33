import type { Reaction } from '../state/issue.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { nodeId } from './node-id.ts'

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const

export function reactionView(world: World, reaction: Reaction): Record<string, unknown> {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: accountView(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  }
}

/** The counts that issues and comments carry. */
export function reactionCounts(owner: string, reactions: readonly Reaction[]): Record<string, unknown> {
  const count = (content: string): number => reactions.filter((reaction) => reaction.content === content).length
  return {
    url: `${owner}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(REACTIONS.map((content) => [content, count(content)])),
  }
}
