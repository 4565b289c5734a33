import { checkAccess, maySee, needs } from '../http/access.ts'
import { actorAccount } from '../http/caller.ts'
import { Refusal } from '../http/refusal.ts'
import { enqueue, entryOf } from '../merge-queue/enqueue.ts'
import { queueParameters } from '../merge-queue/parameters.ts'
import { dequeue, settleMergeQueues } from '../merge-queue/settle.ts'
import { rulesOf } from '../rules/active-rules.ts'
import { standingVerdicts } from '../rules/approvals.ts'
import { mergeObstacles } from '../rules/merge-obstacles.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { QueueEntry, Repository } from '../state/repository.ts'
import { nodeId, parseNodeId } from '../views/node-id.ts'
import type { World } from '../world.ts'
import { type GraphqlContext, GraphqlRefusal } from './context.ts'

interface EnqueueInput {
  readonly pullRequestId: string
  readonly expectedHeadOid?: string
  readonly jump?: boolean
  readonly clientMutationId?: string
}

/** Where a queue is required this is the only way in for those who may not bypass it. */
export async function enqueuePullRequest({ input }: { input: EnqueueInput }, context: GraphqlContext) {
  const { repository, pull } = findPull(input.pullRequestId, context)
  const entry = await refusing(() =>
    repository.git.exclusively(() => enqueue(context.world, repository, pull, actorAccount(context.caller), input)),
  )
  return { clientMutationId: input.clientMutationId ?? null, mergeQueueEntry: entryView(repository, entry) }
}

/** Its argument is called `id`. */
export async function dequeuePullRequest(
  { input }: { input: { readonly id: string; readonly clientMutationId?: string } },
  context: GraphqlContext,
) {
  const { repository, pull } = findPull(input.id, context)
  const entry = entryOf(repository, pull)
  if (!entry) throw new GraphqlRefusal('UNPROCESSABLE', 'Pull request is not in the queue')
  const mergeQueueEntry = entryView(repository, entry)
  await repository.git.exclusively(async () => {
    await dequeue(context.world, repository, pull.base.ref, entry, 'MANUAL')
    await settleMergeQueues(context.world, repository)
  })
  return { clientMutationId: input.clientMutationId ?? null, mergeQueueEntry }
}

/** Only here a pull request shows that it stands in a queue: over REST it looks open and clean. */
export function repository({ owner, name }: { owner: string; name: string }, { world, caller }: GraphqlContext) {
  const found = world.repository(owner, name)
  if (!found || !maySee(world, caller, found))
    throw new GraphqlRefusal('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`)
  return {
    name: found.name,
    pullRequest: ({ number }: { number: number }) => {
      const pull = found.pulls.get(number)
      if (!pull)
        throw new GraphqlRefusal('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`)
      return { ...pullView(found, pull), ...reviewView(world, found, pull), timelineItems: timelineOf(pull) }
    },
  }
}

function pullView(found: Repository, pull: PullRequest) {
  const entry = entryOf(found, pull)
  return {
    id: nodeId('PullRequest', pull.id),
    number: pull.number,
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    headRefOid: pull.head.sha,
    isInMergeQueue: entry !== undefined,
    isMergeQueueEnabled: queueParameters(found, pull.base.ref) !== undefined,
    mergeQueueEntry: entry ? entryView(found, entry) : null,
  }
}

/** `null` where no rule asks for reviews. */
function reviewView(world: World, found: Repository, pull: PullRequest) {
  const rules = rulesOf(found, pull.base.ref).filter(({ rule }) => rule.type === 'pull_request')
  const asks = rules.some(
    ({ rule: { parameters = {} } }) =>
      Number(parameters.required_approving_review_count ?? 0) > 0 || parameters.require_code_owner_review === true,
  )
  const reviewDecision = async () => {
    if (!asks) return null
    const verdicts = standingVerdicts(world, found, pull).map(({ state }) => state)
    if (verdicts.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
    const obstacles = await mergeObstacles(world, found, pull, rules)
    return obstacles.some(({ kind }) => kind === 'review') ? 'REVIEW_REQUIRED' : 'APPROVED'
  }
  return { reviewDecision }
}

/** Of all that a timeline can show, only the last removal from a merge queue: other kinds of items are refused. */
function timelineOf({ leftQueue }: PullRequest) {
  return ({ itemTypes, last }: { itemTypes?: readonly string[]; last?: number }) => {
    if (itemTypes?.join() !== 'REMOVED_FROM_MERGE_QUEUE_EVENT' || last !== 1)
      throw new Error('the local GitHub knows only the last removal from a merge queue')
    const event = leftQueue && {
      __typename: 'RemovedFromMergeQueueEvent',
      createdAt: leftQueue.at,
      reason: leftQueue.reason,
    }
    return { nodes: event ? [event] : [], totalCount: event ? 1 : 0 }
  }
}

function entryView(found: Repository, entry: QueueEntry) {
  const entries = found.mergeQueues.get(entry.pull.base.ref) ?? []
  return {
    id: nodeId('MergeQueueEntry', entry.id),
    enqueuedAt: entry.enqueuedAt,
    jump: entry.jump,
    position: entries.indexOf(entry) + 1,
    state: entry.group ? 'AWAITING_CHECKS' : 'QUEUED',
    ...(entry.group ? { headCommit: { oid: entry.group.headSha }, baseCommit: { oid: entry.group.baseSha } } : {}),
  }
}

function findPull(id: string, { world, caller }: GraphqlContext): { repository: Repository; pull: PullRequest } {
  const parsed = parseNodeId(id)
  for (const found of world.repositories.values()) {
    const pull = [...found.pulls.values()].find((one) => parsed?.kind === 'PullRequest' && String(one.id) === parsed.id)
    if (!pull || !maySee(world, caller, found)) continue
    // As for a merge over REST.
    refusingAccess(() => checkAccess(world, caller, found, needs('contents:write')))
    return { repository: found, pull }
  }
  throw new GraphqlRefusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`)
}

function refusingAccess(check: () => void): void {
  try {
    check()
  } catch (refusal) {
    if (refusal instanceof Refusal) throw new GraphqlRefusal('FORBIDDEN', refusal.message)
    throw refusal
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (refusal) {
    if (refusal instanceof Refusal) throw new GraphqlRefusal('UNPROCESSABLE', refusal.message)
    throw refusal
  }
}
