import { outcome } from '../outcome-of.ts'
import { knownCaller, readConfig } from './caller.ts'
import { cancel } from './cancel.ts'
import type { Command } from './command.ts'
import { confirmPrune } from './confirm-prune.ts'
import type { CommandAnswer, CommandContext } from './context.ts'
import { heal } from './heal.ts'
import { helpText } from './help.ts'
import { history } from './history.ts'
import { hold, unhold } from './hold.ts'
import { lock, unlock } from './lock.ts'
import { plan } from './plan.ts'
import { promote } from './promote.ts'
import { resume } from './resume.ts'
import { rollback } from './rollback.ts'
import { why } from './why.ts'

/** What a command does, once its author may give it. */
export function runCommand(context: CommandContext, command: Command): Promise<CommandAnswer> {
  switch (command.name) {
    case 'promote':
      return promote(context, command)
    case 'rollback':
      return rollback(context, command)
    case 'heal':
      return heal(context, command)
    case 'why':
      return why(context, command)
    case 'history':
      return history(context, command)
    case 'hold':
      return hold(context, command)
    case 'unhold':
      return unhold(context)
    case 'lock':
      return lock(context, command)
    case 'unlock':
      return unlock(context, command)
    case 'resume':
      return resume(context, command)
    case 'confirm-prune':
      return confirmPrune(context, command)
    case 'cancel':
      return cancel(context)
    case 'plan':
      return plan(context)
    case 'help':
      return help(context)
  }
}

async function help({ ports, comment }: CommandContext): Promise<CommandAnswer> {
  const config = await readConfig(ports)
  const caller = await knownCaller(ports, comment.author.login, config?.environments ?? [])
  return { outcome: outcome('done', 'HELP_SHOWN'), text: helpText(config, caller) }
}
