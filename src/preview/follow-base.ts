import type { PullRequest } from '../model/github.ts'
import { printSeen } from '../model/job.ts'
import type { Mirror } from '../model/mirror.ts'
import type { Outcome } from '../model/outcome.ts'
import { isReachedBy } from './base-move.ts'
import { baseFollowed } from './outcomes.ts'
import type { QueuePorts } from './ports.ts'

/**
 * A branch moved on from commit `before`: asks for a preview of each open pull request into it whose own overlays' inputs moved, or
 * whose merge conflicts otherwise. Decided in git alone; GitHub is asked once, for the list. Where `before` is not known any more
 * (a force-push), every one is looked at.
 */
export async function followBase(
  { repository, mirror, queue }: QueuePorts,
  { branch, before }: { branch: string; before: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const pulls = (await repository.pulls.listOpen()).filter((pull) => pull.base.ref === branch)
  if (pulls.length === 0) return baseFollowed(branch, 0, [])
  await mirror.fetch()
  const to = await mirror.resolve(`refs/heads/${branch}`)
  if (to === undefined) return baseFollowed(branch, pulls.length, [])
  const from = await mirror.resolve(before)
  const reached: number[] = []
  for (const pull of pulls) {
    signal.throwIfAborted()
    if (from !== undefined && !(await reaches(mirror, pull, from, to))) continue
    const seen = printSeen({ headSha: pull.head.sha, baseRef: branch })
    await queue.add({ kind: 'preview', repository: repository.ref, number: pull.number, seen })
    reached.push(pull.number)
  }
  return baseFollowed(branch, pulls.length, reached)
}

/** Plans of Lockstep's own pull requests are made for a base, so any move of it counts; so does what cannot be decided. */
async function reaches(mirror: Mirror, { head }: PullRequest, from: string, to: string): Promise<boolean> {
  if (head.ref.startsWith('lockstep/') || (await mirror.resolve(head.sha)) === undefined) return true
  return isReachedBy(mirror, head.sha, { from, to }).catch(() => true)
}
