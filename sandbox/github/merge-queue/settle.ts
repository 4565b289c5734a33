import { rulesOf } from '../rules/active-rules.ts'
import { requiredChecksOf, type Standing, standingOf } from '../rules/required-checks.ts'
import type { DequeueReason } from '../state/merge-queue.ts'
import type { QueueEntry, Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { buildGroup, destroyGroup } from './groups.ts'
import { land } from './land.ts'
import { type QueueParameters, queueParameters } from './parameters.ts'

/**
 * Brings every queue of the repository to where the state of branches, pull requests and checks puts it: groups are built on what
 * stands before them, what passed is merged, what failed leaves. Doing it again changes nothing. Callers hold the repository's turn.
 */
export async function settleMergeQueues(world: World, repository: Repository): Promise<void> {
  for (const branch of repository.mergeQueues.keys()) while (await step(world, repository, branch));
}

/** One change at a time; false when there is none to make. */
async function step(world: World, repository: Repository, branch: string): Promise<boolean> {
  const entries = repository.mergeQueues.get(branch) ?? []
  const parameters = queueParameters(repository, branch)
  const gone = goneEntry(entries, parameters)
  if (gone) return dequeue(world, repository, branch, gone.entry, gone.reason)
  if (!parameters) return false
  const conflicting = await buildGroups(world, repository, branch, entries, parameters)
  if (conflicting) return dequeue(world, repository, branch, conflicting, 'MERGE_CONFLICT')
  const standings = entries.map((entry) => groupStanding(repository, branch, entry))
  const passed = passedCount(standings, parameters)
  if (passed > 0) {
    const landed = entries.splice(0, passed)
    await land(world, repository, branch, landed)
    return true
  }
  const failed = failedEntry(world, entries, standings, parameters)
  return failed ? dequeue(world, repository, branch, failed.entry, failed.reason) : false
}

function goneEntry(
  entries: readonly QueueEntry[],
  parameters: QueueParameters | undefined,
): { entry: QueueEntry; reason: DequeueReason } | undefined {
  for (const entry of entries) {
    if (!parameters) return { entry, reason: 'QUEUE_CLEARED' }
    if (entry.pull.state === 'closed' || entry.pull.draft) return { entry, reason: 'MANUAL' }
    if (entry.pull.head.sha !== entry.headSha) return { entry, reason: 'UNKNOWN_REMOVAL_REASON' }
  }
  return undefined
}

/** Answers the first entry that cannot be merged. */
async function buildGroups(
  world: World,
  repository: Repository,
  branch: string,
  entries: readonly QueueEntry[],
  { built, method }: QueueParameters,
): Promise<QueueEntry | undefined> {
  let base = await repository.git.tip(branch)
  for (const entry of entries.slice(0, built)) {
    if (base === undefined) return undefined
    if (entry.group && entry.group.baseSha !== base)
      await destroyGroup(world, repository, entry, { branch, reason: 'invalidated' })
    if (!entry.group && !(await buildGroup(world, repository, entry, { branch, base, method }))) return entry
    base = entry.group?.headSha
  }
  return undefined
}

/** The required checks on the group's own commit; those on the pull request do not carry over. */
function groupStanding(repository: Repository, branch: string, { group }: QueueEntry): Standing {
  if (!group) return 'expected'
  const required = rulesOf(repository, branch)
    .filter(({ rule }) => rule.type === 'required_status_checks')
    .flatMap(({ rule }) => requiredChecksOf(rule))
  const standings = required.map((check) => standingOf(repository, group.headSha, check))
  const worst: readonly Standing[] = ['failing', 'expected', 'pending']
  return worst.find((standing) => standings.includes(standing)) ?? 'passed'
}

function passedCount(standings: readonly Standing[], { strategy }: QueueParameters): number {
  if (strategy === 'HEADGREEN') return standings.lastIndexOf('passed') + 1
  const first = standings.findIndex((standing) => standing !== 'passed')
  return first < 0 ? standings.length : first
}

/** Under HEADGREEN a failure counts only when no later group may still make it good. */
function failedEntry(
  world: World,
  entries: readonly QueueEntry[],
  standings: readonly Standing[],
  { strategy, timeoutMs }: QueueParameters,
): { entry: QueueEntry; reason: DequeueReason } | undefined {
  const now = world.clock().getTime()
  for (const [index, entry] of entries.entries()) {
    const { group } = entry
    if (!group) continue
    const mayBeMadeGood = strategy === 'HEADGREEN' && entries.slice(index + 1).some((later) => later.group)
    if (standings[index] === 'failing' && !mayBeMadeGood) return { entry, reason: 'CI_FAILURE' }
    if (now - group.requestedAt >= timeoutMs) return { entry, reason: 'CI_TIMEOUT' }
  }
  return undefined
}

/** Takes an entry out; those behind it are built again by the next step. */
export async function dequeue(
  world: World,
  repository: Repository,
  branch: string,
  entry: QueueEntry,
  reason: DequeueReason,
): Promise<true> {
  const entries = repository.mergeQueues.get(branch) ?? []
  entries.splice(entries.indexOf(entry), 1)
  await destroyGroup(world, repository, entry, { branch, reason: 'dequeued' })
  entry.pull.leftQueue = { at: world.now(), reason }
  const sender = entry.by
  await emitPullRequest(world, repository, entry.pull, { action: 'dequeued', sender, extra: { reason } })
  return true
}
