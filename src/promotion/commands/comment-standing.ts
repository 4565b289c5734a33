import type { CommandJob } from '../../model/job.ts'
import type { PromotionPorts } from '../ports.ts'

/**
 * What became of a comment since its event: `gone` or of somebody else, `answered` before, `edited` since it was first written, or still
 * `new`. On GitHub the text may come with other line endings than in the event, and an edit within a second shows in the text alone.
 */
export async function standingOf(
  { repository: { comments } }: PromotionPorts,
  { number, comment, pressed, edited }: CommandJob,
): Promise<'new' | 'gone' | 'answered' | 'edited'> {
  if (pressed !== undefined) return 'new'
  const found = (await comments.list(number)).find(({ id }) => id === comment.id)
  if (!found || found.author.login !== comment.author.login) return 'gone'
  const reactions = await comments.ownReactions(comment.id)
  if (!edited && reactions.some((reaction) => reaction !== 'eyes')) return 'answered'
  const isSame = found.updatedAt === found.createdAt && normal(found.body) === normal(comment.body)
  return edited || !isSame ? 'edited' : 'new'
}

function normal(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
