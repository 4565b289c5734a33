import type { MergeResult } from '../../model/github.ts'
import { failureIn, refusedWith } from './github-error.ts'
import type { Writer } from './installation.ts'
import { mergeRefusalOf } from './merge-refusal.ts'
import type { Room } from './room.ts'

const ENQUEUE = /* GraphQL */ `
  mutation ($input: EnqueuePullRequestInput!) {
    enqueuePullRequest(input: $input) {
      mergeQueueEntry {
        id
      }
    }
  }
`

const QUEUED: MergeResult = { merged: false, refusal: 'queued', message: 'It stands in the merge queue.' }

/** Where a merge queue is required it is the only way in. One that stands in it already is what was wanted. */
export async function enqueuePullRequest(
  room: Room,
  writer: Writer,
  number: number,
  sha: string,
): Promise<MergeResult> {
  const { installation, at, name } = room
  const what = `put pull request ${number} of ${name} into the merge queue`
  const pullRequestId = await installation.read({
    what,
    ask: async (octokit) => (await octokit.rest.pulls.get({ ...at, pull_number: number })).data.node_id,
  })
  const input = { pullRequestId, expectedHeadOid: sha }
  try {
    await writer.edit({ what, ask: (octokit) => octokit.graphql(ENQUEUE, { input }) })
    return QUEUED
  } catch (error) {
    if (refusedWith(error, /already in the (merge )?queue/i)) return QUEUED
    const failure = failureIn(error)
    const refusal = failure && mergeRefusalOf(failure)
    if (!failure || !refusal) throw error
    const message = [failure.message, ...failure.details].join('; ')
    return { merged: false, refusal: refusal === 'unclear' ? 'blocked' : refusal, message }
  }
}
