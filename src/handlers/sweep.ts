import type { Comment, GitHub, GitHubRepository, RepositoryRef } from '../model/github.ts'
import { printSeen } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import { QUEUE_BRANCHES } from '../model/queue-branch.ts'

const COMMAND_HOURS = 24

export interface SweepPorts {
  readonly github: GitHub
  readonly queue: Pick<JobQueue, 'add'>
  readonly looksLikeCommand: (body: string) => boolean
  readonly clock: () => Date
  /** One repository's failure must not keep the sweep from the others. */
  readonly onFailure: (repository: RepositoryRef, error: unknown) => void
}

/**
 * Finds everything that a lost webhook, an emptied queue or a killed process may have left undone, from GitHub alone, and enqueues
 * it. Its calls grow with repositories, open pull requests and unanswered commands, not with applications.
 */
export async function sweep(ports: SweepPorts): Promise<{ repositories: number; redelivered: number }> {
  const repositories = await ports.github.repositories()
  for (const ref of repositories) await sweepRepository(ports, ref).catch((error) => ports.onFailure(ref, error))
  return { repositories: repositories.length, redelivered: await ports.github.redeliverFailed().catch(() => 0) }
}

async function sweepRepository(ports: SweepPorts, ref: RepositoryRef): Promise<void> {
  const repository = ports.github.repository(ref)
  await ports.queue.add({ kind: 'dispatch', repository: ref })
  await ports.queue.add({ kind: 'promotions', repository: ref })
  await ports.queue.add({ kind: 'versions', repository: ref })
  for (const { number, head, base } of await repository.pulls.listOpen())
    await ports.queue.add({
      kind: 'preview',
      repository: ref,
      number,
      seen: printSeen({ headSha: head.sha, baseRef: base.ref }),
    })
  for (const { name, sha } of await repository.branches.list(QUEUE_BRANCHES))
    await ports.queue.add({ kind: 'group', repository: ref, branch: name, headSha: sha })
  await sweepCommands(ports, ref, repository)
}

async function sweepCommands(ports: SweepPorts, ref: RepositoryRef, repository: GitHubRepository): Promise<void> {
  const since = new Date(ports.clock().getTime() - COMMAND_HOURS * 3_600_000).toISOString()
  for (const comment of await repository.comments.listSince(since)) {
    if (!(await isUnansweredCommand(ports, repository, comment, since))) continue
    const { id, author, body, createdAt } = comment
    await ports.queue.add({
      kind: 'command',
      repository: ref,
      number: comment.number,
      comment: { id, author, body, createdAt },
    })
  }
}

/** 👀 alone means accepted and not finished: the process may have been killed in between. */
async function isUnansweredCommand(
  ports: SweepPorts,
  repository: GitHubRepository,
  comment: Comment,
  since: string,
): Promise<boolean> {
  if (comment.author.bot || !comment.onPullRequest || comment.createdAt < since) return false
  if (comment.updatedAt !== comment.createdAt || !ports.looksLikeCommand(comment.body)) return false
  const reactions = await repository.comments.ownReactions(comment.id)
  return reactions.every((reaction) => reaction === 'eyes')
}
