import type { CommandJob } from '../../model/job.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { CommandAnswer } from './context.ts'
import { type Excess, excessOf, isSameLogin, MOST_BY_PERSON, MOST_IN_REPOSITORY, WINDOW_MS } from './rate-limit.ts'
import { mayWrite } from './rights.ts'

/**
 * The refusal of a comment that is one too many, from what stands on GitHub. What strangers write uses up nobody's room: only where all
 * comments together are over the repository's limit, GitHub is asked whose count.
 */
export async function readExcess(
  { repository }: PromotionPorts,
  { comment, pressed }: CommandJob,
): Promise<{ readonly answer: CommandAnswer; readonly isSilent: boolean } | undefined> {
  if (pressed !== undefined) return undefined
  const since = new Date(Date.parse(comment.createdAt) - WINDOW_MS).toISOString()
  const recent = await repository.comments.listSince(since)
  const found = excessOf(comment, recent, () => true)
  if (found?.of !== 'repository') return found && refused(found)
  const logins = [...new Set(recent.filter(({ author }) => !author.bot).map(({ author }) => author.login))]
  const rights = await Promise.all(logins.map((login) => repository.people.permission(login)))
  const writers = logins.filter((_, i) => mayWrite(rights[i] ?? 'none'))
  const excess = excessOf(comment, recent, (login) => writers.some((writer) => isSameLogin(writer, login)))
  return excess && refused(excess)
}

function refused({ of, isFirst }: Excess): { readonly answer: CommandAnswer; readonly isSilent: boolean } {
  const most = of === 'person' ? `${MOST_BY_PERSON} by one person` : `${MOST_IN_REPOSITORY} in one repository`
  const message = `More than ${most} within ten minutes are too many.`
  return {
    answer: { outcome: outcome('refused', 'RATE_LIMITED', { message, remedy: 'Comment again later.' }) },
    isSilent: !isFirst,
  }
}
