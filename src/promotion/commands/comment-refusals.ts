import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import type { ParsedCommand } from './command.ts'
import type { CommandAnswer } from './context.ts'
import { GRAMMAR } from './grammar.ts'
import { MOST_COMMANDS } from './parse-comment.ts'

export function notUnderstood(parsed: Exclude<ParsedCommand, { kind: 'command' }>): Outcome {
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

export function editedAnswer(): CommandAnswer {
  return { outcome: outcome('refused', 'COMMENT_EDITED', { remedy: 'Write the command in a new comment.' }) }
}

export function issueAnswer(): CommandAnswer {
  return { outcome: outcome('refused', 'COMMAND_ON_ISSUE', { remedy: 'Comment on a pull request.' }) }
}

export function tooManyAnswer(): CommandAnswer {
  return {
    outcome: outcome('refused', 'COMMAND_TOO_MANY', {
      remedy: `Write at most ${MOST_COMMANDS} commands in a comment.`,
    }),
  }
}
