import type { Room } from './room.ts'

export interface QueueState {
  /** The base branch takes pull requests through a queue only, whichever kind of rule says so. */
  readonly enabled: boolean
  readonly inside: boolean
  /** The last time it left without being merged. */
  readonly left?: { readonly at: string; readonly reason: string }
  /** A review that the branch asks for is missing, or somebody asked for changes. */
  readonly unreviewed: boolean
}

const QUEUE_STATE = /* GraphQL */ `
  query ($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) {
      pullRequest(number: $number) {
        isMergeQueueEnabled
        isInMergeQueue
        reviewDecision
        timelineItems(last: 1, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
          nodes {
            ... on RemovedFromMergeQueueEvent {
              createdAt
              reason
            }
          }
        }
      }
    }
  }
`

interface Answer {
  readonly repository: {
    readonly pullRequest: {
      readonly isMergeQueueEnabled: boolean
      readonly isInMergeQueue: boolean
      readonly reviewDecision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null
      readonly timelineItems: {
        readonly nodes: readonly { readonly createdAt: string; readonly reason: string | null }[]
      }
    }
  }
}

/** Over REST a pull request in the queue looks like any other. */
export function readQueueState(room: Room, number: number): Promise<QueueState> {
  return room.installation.read({
    what: `read how pull request ${number} of ${room.name} stands to the merge queue`,
    ask: async (octokit) => {
      const { repository } = await octokit.graphql<Answer>(QUEUE_STATE, { ...room.at, number })
      const { isMergeQueueEnabled, isInMergeQueue, reviewDecision, timelineItems } = repository.pullRequest
      const [left] = timelineItems.nodes
      return {
        enabled: isMergeQueueEnabled,
        inside: isInMergeQueue,
        unreviewed: reviewDecision !== null && reviewDecision !== 'APPROVED',
        ...(left && { left: { at: left.createdAt, reason: left.reason ?? 'unknown' } }),
      }
    },
  })
}
