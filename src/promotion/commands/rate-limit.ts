import type { Comment } from '../../model/github.ts'
import type { CommandComment } from '../../model/job.ts'
import { MOST_COMMANDS, parseComment } from './parse-comment.ts'

export const WINDOW_MS = 10 * 60_000
/** Commands in the window, counted from the comments on GitHub: nothing has to be remembered. */
export const MOST_BY_PERSON = 30
export const MOST_IN_REPOSITORY = 120

export type Excess = { readonly of: 'person' | 'repository'; readonly isFirst: boolean }

/**
 * Whether a comment is one too many: what its author, or everybody whose commands count, wrote in the ten minutes before is over the
 * limit. `isFirst` is the one comment of a row that is answered in words. Stops are never too many.
 */
export function excessOf(
  comment: CommandComment,
  recent: readonly Comment[],
  counts: (login: string) => boolean,
): Excess | undefined {
  const { commands } = parseComment(comment.body)
  if (commands.every((each) => each.kind === 'command' && isStop(each.command.name))) return undefined
  const until = Date.parse(comment.createdAt)
  const before = recent.filter(
    (each) =>
      !each.author.bot &&
      countOf(each.body) > 0 &&
      each.id < comment.id &&
      Date.parse(each.createdAt) > until - WINDOW_MS &&
      Date.parse(each.createdAt) <= until,
  )
  const own = before.filter(({ author }) => isSameLogin(author.login, comment.author.login))
  const limits = [
    { of: 'person', comments: own, most: MOST_BY_PERSON },
    { of: 'repository', comments: before.filter(({ author }) => counts(author.login)), most: MOST_IN_REPOSITORY },
  ] as const
  for (const { of, comments, most } of limits) {
    const sum = comments.reduce((total, { body }) => total + countOf(body), 0)
    if (sum >= most) return { of, isFirst: isFirstOver(comments, most) }
  }
  return undefined
}

/** Without the newest of them there would have been room. */
function isFirstOver(comments: readonly Comment[], most: number): boolean {
  const newest = comments.toSorted((a, b) => a.id - b.id).at(-1)
  const others = comments.filter((each) => each !== newest)
  return others.reduce((total, { body }) => total + countOf(body), 0) < most
}

function countOf(body: string): number {
  const { commands, tooMany } = parseComment(body)
  return tooMany ? MOST_COMMANDS : commands.length
}

function isStop(name: string): boolean {
  return name === 'hold' || name === 'lock'
}

export function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
