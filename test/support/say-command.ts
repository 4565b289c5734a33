import type { Comment } from '../../src/model/github.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import { handleCommand } from '../../src/promotion/commands/handle-command.ts'
import { advancePromotions } from '../../src/promotion/pulls/advance-promotions.ts'
import { PromotionWorld } from './promotion-world.ts'

/** With the promotion of checkout to staging open as #1 and its gate green. */
export async function openedPromotion(): Promise<PromotionWorld> {
  const made = new PromotionWorld(['v2', 'v1', 'v1'])
  await made.settle()
  await advancePromotions(made.ports())
  made.greenGates()
  return made
}

export interface Said extends Outcome {
  readonly reactions: readonly string[]
  /** The newest of all replies so far. */
  readonly reply: string
  readonly replies: readonly string[]
}

/** Writes a comment a second later, and answers it at once. `change` is what GitHub then says of the comment. */
export async function say(
  made: PromotionWorld,
  number: number,
  login: string,
  body: string,
  change?: Partial<Comment>,
): Promise<Said> {
  const job = made.say(number, login, body, change)
  const outcome = await handleCommand(made.ports(), job)
  const replies = made.comments.filter(({ ours }) => ours).map((comment) => comment.body)
  return { ...outcome, reactions: made.reactions.get(job.comment.id) ?? [], reply: replies.at(-1) ?? '', replies }
}
