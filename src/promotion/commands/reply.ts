import type { Reaction } from '../../model/github.ts'
import type { CommandJob } from '../../model/job.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPorts } from '../ports.ts'
import type { ParsedCommand } from './command.ts'
import type { CommandAnswer } from './context.ts'
import { replyText } from './replies.ts'

/** Each of these has one comment on a pull request, edited in place, however many people cause it. */
const SHARED: ReadonlySet<string> = new Set([
  'NOT_PERMITTED',
  'NOT_IN_TEAM',
  'COMMENT_EDITED',
  'COMMAND_ON_FORK',
  'COMMAND_ON_ISSUE',
  'COMMAND_TOO_MANY',
  'RATE_LIMITED',
  'HELP_SHOWN',
  'GATES_SHOWN',
  'HISTORY_SHOWN',
])

/** One reply for a comment, or for a cause. */
export async function reply(
  { repository }: Pick<PromotionPorts, 'repository'>,
  { number, comment, pressed }: CommandJob,
  commands: readonly ParsedCommand[],
  answers: readonly CommandAnswer[],
): Promise<void> {
  const codes = new Set(answers.map((each) => each.outcome.code))
  const [code = ''] = codes
  const shared = codes.size === 1 && SHARED.has(code)
  const topic = shared ? `reply-${code.toLowerCase().replaceAll('_', '-')}` : `reply-${pressed ?? comment.id}`
  await repository.comments.ensure(number, topic, replyTextOf(commands, answers))
}

/** What several commands met for one cause is said once. */
export function replyTextOf(commands: readonly ParsedCommand[], answers: readonly CommandAnswer[]): string {
  const names = commands.map((parsed) => `/${parsed.kind === 'command' ? parsed.command.name : parsed.name}`)
  const isEach = answers.length === names.length
  const causes = Map.groupBy(answers.keys(), (i) => causeOf(answers[i] as CommandAnswer, i))
  const parts = [...causes.values()].map((indices) => {
    const { outcome, text } = answers[indices[0] ?? 0] as CommandAnswer
    const about = isEach ? [...new Set(indices.map((i) => names[i] ?? ''))] : ['comment']
    return replyText(about, outcome, text)
  })
  return parts.join('\n\n---\n\n')
}

function causeOf({ outcome: { decision, code, message, remedy }, text }: CommandAnswer, index: number): string {
  return decision === 'refused' && text === undefined ? [code, message, remedy].join('\n') : String(index)
}

const CONFUSED: ReadonlySet<string> = new Set([
  'COMMAND_UNKNOWN',
  'COMMAND_USAGE',
  'COMMAND_TOO_MANY',
  'COMMAND_NOT_AVAILABLE',
])

/** 😕 not understood, 👎 refused, 🚀 done. */
export function reactionTo(answers: readonly CommandAnswer[]): Reaction {
  const outcomes = answers.map((each) => each.outcome)
  if (outcomes.some(({ code }) => CONFUSED.has(code))) return 'confused'
  return outcomes.some(({ decision }) => decision === 'refused' || decision === 'failed') ? '-1' : 'rocket'
}

/** What the log and the metrics say of a comment. */
export function summary(answers: readonly CommandAnswer[]): Outcome {
  const outcomes = answers.map((each) => each.outcome)
  return (
    outcomes.find(({ decision }) => decision === 'failed' || decision === 'refused') ?? (outcomes.at(-1) as Outcome)
  )
}
