import { conflict, unprocessable } from '../http/refusal.ts'
import { rulesOf } from '../rules/active-rules.ts'
import { mergeObstacles } from '../rules/merge-obstacles.ts'
import type { Account } from '../state/account.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { QueueEntry, Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { queueParameters } from './parameters.ts'
import { settleMergeQueues } from './settle.ts'

export interface EnqueueRequest {
  readonly expectedHeadOid?: string | undefined
  /** To the front; what stands there already is built again. */
  readonly jump?: boolean | undefined
}

/** Puts a pull request into the queue of its base; throws what stands against it. Callers hold the repository's turn. */
export async function enqueue(
  world: World,
  repository: Repository,
  pull: PullRequest,
  by: Account,
  { expectedHeadOid, jump = false }: EnqueueRequest,
): Promise<QueueEntry> {
  await refuse(world, repository, pull, expectedHeadOid)
  const entry: QueueEntry = {
    id: world.nextId(),
    pull,
    headSha: pull.head.sha,
    by,
    enqueuedAt: world.now(),
    jump,
  }
  const entries = repository.mergeQueues.get(pull.base.ref) ?? []
  repository.mergeQueues.set(pull.base.ref, entries)
  if (jump) entries.unshift(entry)
  else entries.push(entry)
  await emitPullRequest(world, repository, pull, { action: 'enqueued', sender: by })
  await settleMergeQueues(world, repository)
  return entry
}

/** The entry of a pull request that stands in a queue. */
export function entryOf(repository: Repository, pull: PullRequest): QueueEntry | undefined {
  return repository.mergeQueues.get(pull.base.ref)?.find((entry) => entry.pull === pull)
}

async function refuse(
  world: World,
  repository: Repository,
  pull: PullRequest,
  expected: string | undefined,
): Promise<void> {
  if (!queueParameters(repository, pull.base.ref)) throw unprocessable('Merge queue is not enabled for this branch')
  if (entryOf(repository, pull)) throw unprocessable('Pull request is already in the queue')
  if (pull.state === 'closed') throw unprocessable('Pull request is closed')
  if (pull.draft) throw unprocessable('Pull request is in draft state')
  if (expected !== undefined && expected !== pull.head.sha)
    throw conflict('Head branch was modified. Review and try the merge again.')
  const obstacles = await mergeObstacles(world, repository, pull, rulesOf(repository, pull.base.ref))
  const [first] = obstacles.filter(({ kind }) => kind !== 'queue' && kind !== 'behind')
  if (first) throw unprocessable(first.message)
}
