import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { cell, codeSpan, plain } from '../edit/text-escape.ts'
import type { Command } from './command.ts'
import { GRAMMAR } from './grammar.ts'
import { MOST_COMMANDS } from './parse-comment.ts'
import { type Caller, isOpenToReaders, mayCommand, mayWrite, RIGHTS, teamsOf } from './rights.ts'

/**
 * The commands that this person may give somewhere, and who commands each environment, as the default branch's configuration has it; what
 * nobody would take from this person is left out and named below. Markdown.
 */
export function helpText(config: RepositoryConfig | undefined, caller: Caller): string {
  const environments = config?.environments ?? []
  const may = NAMES.filter((name) => mayGive(name, environments, caller))
  const mayNot = NAMES.filter((name) => !may.includes(name))
  const table = config ? environmentTable(environments, caller) : NOT_CONFIGURED
  return [WHERE, commandTable(may), `${rightsText(caller)}${leftOutText(mayNot, caller)}`, table].join('\n\n')
}

const NAMES = Object.keys(RIGHTS) as Command['name'][]
const WHERE = `Each at the start of a line of its own, at most ${MOST_COMMANDS} in a comment; comments are obeyed as they were first written.`
const NOT_CONFIGURED = 'The default branch has no `.lockstep.yaml` yet, so there is nothing to command.'

/** The incident stop, `/lock all`, is for everybody with write access. */
function mayGive(
  name: Command['name'],
  environments: readonly EnvironmentConfig[],
  { permission, teams }: Caller,
): boolean {
  if (isOpenToReaders(name)) return true
  if (!mayWrite(permission)) return false
  const own = environments.filter((environment) => mayCommand(environment, teams))
  if (RIGHTS[name] === 'every') return own.length === environments.length
  return RIGHTS[name] === 'write' || name === 'lock' || own.length > 0 || environments.length === 0
}

function commandTable(names: readonly Command['name'][]): string {
  const rows = names.map((name) => {
    const { usage = '', does = '' } = GRAMMAR[name] ?? {}
    return `| ${cell(usage)} | ${does.replaceAll('|', '\\|')} |`
  })
  return `| command | does |\n| --- | --- |\n${rows.join('\n')}`
}

function rightsText({ login, permission }: Caller): string {
  return `${codeSpan(login)} has ${permission} access.`
}

function leftOutText(names: readonly Command['name'][], { permission }: Caller): string {
  if (names.length === 0) return ''
  if (!mayWrite(permission)) return ' The other commands need write access.'
  return ` Left out, as you are in no team that may give them: ${names.map((name) => codeSpan(`/${name}`)).join(', ')}.`
}

function environmentTable(environments: readonly EnvironmentConfig[], caller: Caller): string {
  const rows = environments.map(
    (environment) =>
      `| ${cell(environment.name)} | ${isCommandedBy(environment, caller) ? 'yes' : 'no'} | ${whoCommands(environment)} |`,
  )
  return `| environment | you may command it | who may |\n| --- | --- | --- |\n${rows.join('\n')}`
}

function isCommandedBy(environment: EnvironmentConfig, { permission, teams }: Caller): boolean {
  return mayWrite(permission) && mayCommand(environment, teams)
}

function whoCommands(environment: EnvironmentConfig): string {
  const teams = teamsOf(environment).join(' or ')
  return teams ? `members of ${plain(teams)} with write access` : 'people with write access'
}
