import type { MergeRefusal, MergeRequest, MergeResult } from '../../model/github.ts'
import { enqueuePullRequest } from './enqueue.ts'
import { failureIn, GitHubError } from './github-error.ts'
import { guarded, Stale } from './guarded-writer.ts'
import type { Writer } from './installation.ts'
import { mergeRefusalOf } from './merge-refusal.ts'
import { readRepository } from './repository-facts.ts'
import type { Room } from './room.ts'

const METHODS = ['merge', 'squash', 'rebase'] as const
type Method = (typeof METHODS)[number]

/** Merges exactly `request.sha`; GitHub refuses when the head is another by then. */
export async function mergePullRequest(
  room: Room,
  writer: Writer,
  number: number,
  request: MergeRequest,
): Promise<MergeResult> {
  const careful = guarded(writer, request.stillTrue)
  try {
    if (request.viaQueue) return await enqueuePullRequest(room, careful, number, request.sha)
    return await mergeDirectly(room, careful, number, request)
  } catch (error) {
    if (!(error instanceof Stale)) throw error
    return { merged: false, refusal: 'withdrawn', message: 'The merge was taken back before it was sent.' }
  }
}

async function mergeDirectly(room: Room, writer: Writer, number: number, request: MergeRequest): Promise<MergeResult> {
  let result: MergeResult = { merged: false, refusal: 'method', message: 'No merge method is allowed.' }
  for (const method of await allowedMethods(room)) {
    result = await mergeBy(method, room, writer, number, request)
    if (!result.merged && result.refusal === 'queue') return enqueuePullRequest(room, writer, number, request.sha)
    // A ruleset may forbid a method that the repository's settings allow.
    if (result.merged || result.refusal !== 'method') return result
  }
  return result
}

async function allowedMethods(room: Room): Promise<readonly Method[]> {
  const { mergeMethods } = await readRepository(room)
  return METHODS.filter((method) => mergeMethods[method] !== false)
}

async function mergeBy(method: Method, room: Room, writer: Writer, number: number, request: MergeRequest) {
  const { at, name } = room
  try {
    return await writer.edit<MergeResult>({
      what: `merge pull request ${number} of ${name}`,
      ask: async (octokit) => {
        const { data } = await octokit.rest.pulls.merge({
          ...at,
          pull_number: number,
          sha: request.sha,
          merge_method: method,
          commit_title: request.title,
          commit_message: request.message,
        })
        return { merged: true, sha: data.sha }
      },
      recover: () => mergedAlready(room, number, request.sha),
    })
  } catch (error) {
    return refused(room, number, request.sha, error)
  }
}

async function refused(room: Room, number: number, sha: string, error: unknown): Promise<MergeResult> {
  const failure = failureIn(error)
  const refusal = failure && mergeRefusalOf(failure)
  if (!failure || !refusal || !(error instanceof GitHubError)) throw error
  const message = [failure.message, ...failure.details].join('; ')
  if (refusal !== 'unclear') return { merged: false, refusal, message }
  const merged = await mergedAlready(room, number, sha)
  return merged ?? { merged: false, refusal: await lookAgain(room, number, sha), message }
}

async function mergedAlready(room: Room, number: number, sha: string): Promise<MergeResult | undefined> {
  const pull = await readForMerge(room, number)
  if (!pull.merged || pull.head !== sha || !pull.mergeCommit) return undefined
  return { merged: true, sha: pull.mergeCommit }
}

/** GitHub said only "not mergeable": the pull request's own state tells why. Not computed yet means that a later try may work. */
async function lookAgain(room: Room, number: number, sha: string): Promise<MergeRefusal> {
  const pull = await readForMerge(room, number)
  if (pull.closed) return 'closed'
  if (pull.head !== sha) return 'head-moved'
  if (pull.mergeable === null) return 'base-moved'
  return pull.mergeable ? 'blocked' : 'conflict'
}

function readForMerge(room: Room, number: number) {
  return room.installation.read({
    what: `read pull request ${number} of ${room.name}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.pulls.get({ ...room.at, pull_number: number })
      return {
        merged: data.merged,
        closed: data.state === 'closed',
        head: data.head.sha,
        mergeable: data.mergeable,
        mergeCommit: data.merge_commit_sha,
      }
    },
  })
}
