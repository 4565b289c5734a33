import { LockstepError } from '../../model/errors.ts'
import type { Permission, Reaction } from '../../model/github.ts'
import type { Job } from '../../model/job.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { type Command, GRAMMAR, type ParsedCommand, parseComment } from './command.ts'
import type { CommandAnswer, CommandContext } from './context.ts'
import { hold, lock, unhold, unlock } from './hold.ts'
import { promote } from './promote.ts'
import { replyText } from './replies.ts'
import { rollback } from './rollback.ts'
import { cancel, confirmPrune, heal, help, plan, why } from './simple.ts'

export type CommandJob = Extract<Job, { kind: 'command' }>

/** What anybody who may read the repository may ask. */
const OPEN_TO_READERS: ReadonlySet<string> = new Set(['help', 'why'])

/**
 * Answers one comment: 👀 at once, then 🚀 done, 😕 not understood or 👎 refused, and one reply. The comment is read again first: an
 * edited or deleted one does nothing. Repeating it is harmless: the last reaction says that it was answered. A button's command has no
 * comment of its own: only the reply is written.
 */
export async function handleCommand(ports: PromotionPorts, job: CommandJob): Promise<Outcome> {
  const { comment } = job
  const { commands, tooMany } = parseComment(comment.body)
  if (commands.length === 0) return outcome('nothing', 'NO_COMMAND')
  if (comment.author.bot) return outcome('nothing', 'COMMENT_FROM_BOT')
  const settled = job.pressed === undefined ? await takeComment(ports, job) : undefined
  if (settled) return settled
  const permission = await ports.repository.people.permission(comment.author.login)
  const answers = tooMany ? [tooManyAnswer()] : await answerAll(ports, job, commands, permission)
  const isStranger = permission === 'none'
  if (!isStranger) await reply(ports, job, commands, answers)
  if (job.pressed === undefined) await ports.repository.comments.react(comment.id, reactionTo(answers))
  return summary(answers)
}

/** Shows that the comment was seen. An outcome where there is nothing more to do about it. */
async function takeComment(ports: PromotionPorts, job: CommandJob): Promise<Outcome | undefined> {
  const { comments } = ports.repository
  if (!(await isUntouched(ports, job))) return outcome('nothing', 'COMMENT_EDITED')
  const before = await comments.ownReactions(job.comment.id)
  if (before.some((reaction) => reaction !== 'eyes')) return outcome('nothing', 'ALREADY_HANDLED')
  if (!before.includes('eyes')) await comments.react(job.comment.id, 'eyes')
  return undefined
}

/** On GitHub the text may come with other line endings than in the event. */
async function isUntouched({ repository }: PromotionPorts, { number, comment }: CommandJob): Promise<boolean> {
  const found = (await repository.comments.list(number)).find(({ id }) => id === comment.id)
  if (!found || found.updatedAt !== found.createdAt || found.author.login !== comment.author.login) return false
  return normal(found.body) === normal(comment.body)
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

async function answerAll(
  ports: PromotionPorts,
  job: CommandJob,
  commands: readonly ParsedCommand[],
  permission: Permission,
): Promise<CommandAnswer[]> {
  const answers: CommandAnswer[] = []
  for (const parsed of commands) answers.push(await answer(ports, job, parsed, permission))
  return answers
}

async function answer(
  ports: PromotionPorts,
  { number, comment }: CommandJob,
  parsed: ParsedCommand,
  permission: Permission,
): Promise<CommandAnswer> {
  if (parsed.kind !== 'command') return { outcome: notUnderstood(parsed) }
  if (!isPermitted(parsed.command, permission))
    return {
      outcome: outcome('refused', 'NOT_PERMITTED', { message: `This needs write access; yours is ${permission}.` }),
    }
  const pull = await ports.repository.pulls.get(number)
  if (!pull)
    return { outcome: outcome('refused', 'PULL_REQUEST_CLOSED', { message: 'Commands work on pull requests only.' }) }
  try {
    return await run({ ports, pull, comment }, parsed.command)
  } catch (error) {
    if (error instanceof LockstepError && error.kind !== 'unreachable') return { outcome: refusal(error) }
    throw error
  }
}

function isPermitted({ name }: Command, permission: Permission): boolean {
  if (permission === 'admin' || permission === 'write') return true
  return permission === 'read' && OPEN_TO_READERS.has(name)
}

function run(context: CommandContext, command: Command): Promise<CommandAnswer> {
  switch (command.name) {
    case 'promote':
      return promote(context, command)
    case 'rollback':
      return rollback(context, command)
    case 'heal':
      return heal(context, command)
    case 'why':
      return why(context, command)
    case 'hold':
      return hold(context, command)
    case 'lock':
      return lock(context, command)
    case 'unlock':
      return unlock(context, command)
    case 'confirm-prune':
      return confirmPrune(context, command)
    case 'unhold':
      return unhold(context)
    case 'cancel':
      return cancel(context)
    case 'plan':
      return plan(context)
    case 'help':
      return help()
  }
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

function tooManyAnswer(): CommandAnswer {
  return { outcome: outcome('refused', 'COMMAND_TOO_MANY', { remedy: 'Write at most five commands in a comment.' }) }
}

/** One reply for a comment; what readers may ask, and refusals for lack of rights, share one comment that is edited. */
async function reply(
  { repository }: PromotionPorts,
  { number, comment, pressed }: CommandJob,
  commands: readonly ParsedCommand[],
  answers: readonly CommandAnswer[],
): Promise<void> {
  const written = commands.map((parsed) => `/${parsed.kind === 'command' ? parsed.command.name : parsed.name}`)
  const parts = answers.map((each, i) =>
    replyText(answers.length === written.length ? (written[i] ?? '') : 'comment', each.outcome, each.text),
  )
  const codes = new Set(answers.map((each) => each.outcome.code))
  const shared = ['NOT_PERMITTED', 'HELP_SHOWN', 'GATES_SHOWN'].find((code) => codes.size === 1 && codes.has(code))
  const topic = shared ? `reply-${shared.toLowerCase().replaceAll('_', '-')}` : `reply-${pressed ?? comment.id}`
  await repository.comments.ensure(number, topic, parts.join('\n\n---\n\n'))
}

const CONFUSED: ReadonlySet<string> = new Set([
  'COMMAND_UNKNOWN',
  'COMMAND_USAGE',
  'COMMAND_TOO_MANY',
  'COMMAND_NOT_AVAILABLE',
])

function reactionTo(answers: readonly CommandAnswer[]): Reaction {
  const outcomes = answers.map((each) => each.outcome)
  if (outcomes.some(({ code }) => CONFUSED.has(code))) return 'confused'
  return outcomes.some(({ decision }) => decision === 'refused' || decision === 'failed') ? '-1' : 'rocket'
}

function summary(answers: readonly CommandAnswer[]): Outcome {
  const outcomes = answers.map((each) => each.outcome)
  return (
    outcomes.find(({ decision }) => decision === 'failed' || decision === 'refused') ?? (outcomes.at(-1) as Outcome)
  )
}
