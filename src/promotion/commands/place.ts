import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import type { Command } from './command.ts'

/** What an outsider's branch, title or changes must not steer. */
export const NOT_ON_FORKS: ReadonlySet<string> = new Set<Command['name']>([
  'promote',
  'rollback',
  'heal',
  'resume',
  'confirm-prune',
  'cancel',
])

/** Whether the command can be given where its comment stands. `/cancel` knows itself what it finds closed. */
export function placeRefusal(command: Command, pull: PullRequest): Outcome | undefined {
  if (pull.state === 'open' && pull.head.fork && NOT_ON_FORKS.has(command.name))
    return outcome('refused', 'COMMAND_ON_FORK', {
      message: `/${command.name} is not taken on an open pull request from a fork.`,
      remedy: 'Comment on a pull request of this repository.',
    })
  if (pull.state === 'closed' && isAboutPull(command))
    return outcome('refused', 'PULL_REQUEST_CLOSED', {
      message: `#${pull.number} is ${pull.merged ? 'merged' : 'closed'}.`,
      remedy: command.name === 'promote' ? '/promote <env> <app>' : 'Comment on an open pull request.',
    })
  return undefined
}

function isAboutPull(command: Command): boolean {
  if (command.name === 'promote') return command.environment === undefined
  return command.name === 'hold' || command.name === 'unhold' || command.name === 'plan'
}
