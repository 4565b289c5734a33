import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { CommandJob } from '../../model/job.ts'
import type { Outcome } from '../../model/outcome.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { knownCaller, readConfig } from './caller.ts'
import type { Command, ParsedCommand } from './command.ts'
import type { CommandAnswer } from './context.ts'
import { GRAMMAR } from './grammar.ts'
import { parseComment } from './parse-comment.ts'
import { placeRefusal } from './place.ts'
import { readExcess } from './read-excess.ts'
import { reactionTo, reply, summary } from './reply.ts'
import { concerned, isOpenToReaders, mayWrite, permissionRefusal, teamRefusal } from './rights.ts'
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

/** On GitHub the text may come with other line endings than in the event, and an edit within a second shows in the text alone. */
async function standingOf(
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

async function rightsRefusal(
  ports: PromotionPorts,
  login: string,
  command: Command,
  pull: PullRequest,
): Promise<Outcome | undefined> {
  const permission = await ports.repository.people.permission(login)
  const refused = permissionRefusal(command.name, permission)
  if (refused || isOpenToReaders(command.name) || !mayWrite(permission)) return refused
  const config = await readConfig(ports)
  const environments = config ? concerned(config, command, promotionOf(ports, pull)) : []
  return teamRefusal(environments, await knownCaller(ports, login, environments))
}

function notUnderstood(parsed: Exclude<ParsedCommand, { kind: 'command' }>): Outcome {
  switch (parsed.kind) {
    case 'usage':
      return outcome('refused', 'COMMAND_USAGE', {
        message: `/${parsed.name} is written differently.`,
        remedy: parsed.usage,
      })
    case 'unknown':
      return outcome('refused', 'COMMAND_UNKNOWN', {
        message: `There is no /${parsed.name}. Did you mean /${parsed.nearest}?`,
        remedy: GRAMMAR[parsed.nearest]?.usage ?? '/help',
      })
    case 'unavailable':
      return outcome('refused', 'COMMAND_NOT_AVAILABLE', {
        message: `/${parsed.name} is not available yet.`,
        remedy: '/help',
      })
  }
}

function editedAnswer(): CommandAnswer {
  return { outcome: outcome('refused', 'COMMENT_EDITED', { remedy: 'Write the command in a new comment.' }) }
}

function issueAnswer(): CommandAnswer {
  return { outcome: outcome('refused', 'COMMAND_ON_ISSUE', { remedy: 'Comment on a pull request.' }) }
}

function tooManyAnswer(): CommandAnswer {
  return { outcome: outcome('refused', 'COMMAND_TOO_MANY', { remedy: 'Write at most five commands in a comment.' }) }
}
