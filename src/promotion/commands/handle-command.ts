import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { CommandJob } from '../../model/job.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { rightsRefusal } from './caller.ts'
import type { ParsedCommand } from './command.ts'
import { editedAnswer, issueAnswer, notUnderstood, tooManyAnswer } from './comment-refusals.ts'
import { standingOf } from './comment-standing.ts'
import type { CommandAnswer } from './context.ts'
import { parseComment } from './parse-comment.ts'
import { placeRefusal } from './place.ts'
import { readExcess } from './read-excess.ts'
import { reactionTo, reply, summary } from './reply.ts'
import { isOpenToReaders } from './rights.ts'
import { runCommand } from './run-command.ts'

/**
 * Answers one comment: 👀 at once, then 🚀 done, 😕 not understood or 👎 refused, and one reply; strangers get the reaction alone. The
 * comment is read again first: an edited one is refused. Repeating it is harmless: the last reaction says that it was answered. A button's
 * command has no comment of its own: only the reply is written.
 */
export async function handleCommand(ports: PromotionPorts, job: CommandJob): Promise<Outcome> {
  const { author, body } = job.comment
  const { commands } = parseComment(body)
  if (commands.length === 0) return outcome('nothing', 'NO_COMMAND')
  if (author.bot) return outcome('refused', 'COMMENT_FROM_BOT')
  const standing = await standingOf(ports, job)
  if (standing === 'gone') return outcome('nothing', 'COMMENT_EDITED')
  if (standing === 'answered') return outcome('nothing', 'ALREADY_HANDLED')
  const pull = await ports.repository.pulls.get(job.number)
  if (!pull && commands.every(({ kind }) => kind !== 'command')) return outcome('nothing', 'NO_COMMAND')
  if (await isStranger(ports, author.login, commands)) return refuseSilently(ports, job)
  const refused = standing === 'edited' ? editedAnswer() : pull ? undefined : issueAnswer()
  return refused ? conclude(ports, job, commands, [refused]) : answerComment(ports, job, pull as PullRequest)
}

/** Everybody may read a public repository: only who asks what readers may ask gets words. */
async function isStranger(
  { repository }: PromotionPorts,
  login: string,
  commands: readonly ParsedCommand[],
): Promise<boolean> {
  const permission = await repository.people.permission(login)
  if (permission !== 'read') return permission === 'none'
  if (commands.some((parsed) => parsed.kind === 'command' && isOpenToReaders(parsed.command.name))) return false
  return repository.isPublic()
}

async function refuseSilently(ports: PromotionPorts, { comment, pressed }: CommandJob): Promise<Outcome> {
  if (pressed === undefined) await ports.repository.comments.react(comment.id, '-1')
  return outcome('refused', 'NOT_PERMITTED')
}

async function answerComment(ports: PromotionPorts, job: CommandJob, pull: PullRequest): Promise<Outcome> {
  const { commands, tooMany } = parseComment(job.comment.body)
  const excess = await readExcess(ports, job)
  if (excess) return conclude(ports, job, commands, [excess.answer], excess.isSilent)
  if (job.pressed === undefined) await ports.repository.comments.react(job.comment.id, 'eyes')
  if (tooMany) return conclude(ports, job, commands, [tooManyAnswer()])
  const answers: CommandAnswer[] = []
  for (const parsed of commands) answers.push(await answer(ports, job, parsed, pull))
  return conclude(ports, job, commands, answers)
}

async function conclude(
  ports: PromotionPorts,
  job: CommandJob,
  commands: readonly ParsedCommand[],
  answers: readonly CommandAnswer[],
  isSilent = false,
): Promise<Outcome> {
  if (!isSilent) await reply(ports, job, commands, answers)
  if (job.pressed === undefined) await ports.repository.comments.react(job.comment.id, reactionTo(answers))
  return summary(answers)
}

/** Rights and facts are asked for each command: one before it may have changed them. */
async function answer(
  ports: PromotionPorts,
  { number, comment }: CommandJob,
  parsed: ParsedCommand,
  first: PullRequest,
): Promise<CommandAnswer> {
  if (parsed.kind !== 'command') return { outcome: notUnderstood(parsed) }
  try {
    const pull = (await ports.repository.pulls.get(number)) ?? first
    const refused =
      (await rightsRefusal(ports, comment.author.login, parsed.command, pull)) ?? placeRefusal(parsed.command, pull)
    return refused ? { outcome: refused } : await runCommand({ ports, pull, comment }, parsed.command)
  } catch (error) {
    if (error instanceof LockstepError && error.kind !== 'unreachable') return { outcome: refusal(error) }
    throw error
  }
}
