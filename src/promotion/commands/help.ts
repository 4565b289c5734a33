import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { cell, codeSpan, plain } from '../edit/text-escape.ts'
import { GRAMMAR } from './grammar.ts'
import { type Caller, isOpenToReaders, mayCommand, mayWrite, teamsOf } from './rights.ts'

/** The commands that this person may give, and where, as the default branch's configuration has it. Markdown. */
export function helpText(config: RepositoryConfig | undefined, caller: Caller): string {
  return [commandTable(caller), rightsText(caller), config ? environmentTable(config, caller) : NOT_CONFIGURED]
    .filter(Boolean)
    .join('\n\n')
}

const NOT_CONFIGURED = 'The default branch has no `.lockstep.yaml` yet, so there is nothing to command.'

function commandTable({ permission }: Caller): string {
  const rows = Object.entries(GRAMMAR)
    .filter(([name, { parse }]) => parse && (mayWrite(permission) || isOpenToReaders(name)))
    .map(([, { usage, does }]) => `| ${cell(usage)} | ${does.replaceAll('|', '\\|')} |`)
  return `| command | does |\n| --- | --- |\n${rows.join('\n')}`
}

function rightsText({ login, permission }: Caller): string {
  const who = `${codeSpan(login)} has ${permission} access`
  return mayWrite(permission) ? `${who}.` : `${who}; the other commands need write access.`
}

function environmentTable({ environments }: RepositoryConfig, caller: Caller): string {
  const rows = environments.map((environment) => `| ${cell(environment.name)} | ${rightIn(environment, caller)} |`)
  return `| environment | you |\n| --- | --- |\n${rows.join('\n')}`
}

function rightIn(environment: EnvironmentConfig, { permission, teams }: Caller): string {
  if (!mayWrite(permission)) return 'may look'
  if (mayCommand(environment, teams)) return 'may command'
  return `may look; members of ${plain(teamsOf(environment).join(' or '))} command`
}
