import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import type { Permission } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionBranch } from '../pulls/branch-name.ts'
import type { Command } from './command.ts'

/** Who commands, as GitHub says it now. */
export interface Caller {
  readonly login: string
  readonly permission: Permission
  /** Of the teams that environments name, those the caller is an active member of. */
  readonly teams: ReadonlySet<string>
}

/** What anybody who may read the repository may ask. */
const OPEN_TO_READERS: ReadonlySet<string> = new Set<Command['name']>(['help', 'why', 'history'])

export function mayWrite(permission: Permission): boolean {
  return permission === 'admin' || permission === 'write'
}

export function isOpenToReaders(name: string): boolean {
  return OPEN_TO_READERS.has(name)
}

/** What the permission in the repository refuses, whatever the environment. */
export function permissionRefusal(name: string, permission: Permission): Outcome | undefined {
  if (mayWrite(permission) || (permission === 'read' && OPEN_TO_READERS.has(name))) return undefined
  return outcome('refused', 'NOT_PERMITTED', { message: `This needs write access; yours is ${permission}.` })
}

/**
 * The environments that a command is about: whoever gives it needs the rights in each. The incident stop, `/lock all`, is for everybody
 * with write access; letting go of it is for those who may command everywhere.
 */
export function concerned(
  { environments }: Pick<RepositoryConfig, 'environments'>,
  command: Command,
  promotion: PromotionBranch | undefined,
): readonly EnvironmentConfig[] {
  const named = (name: string | undefined) => environments.filter((each) => each.name === name)
  switch (command.name) {
    case 'promote':
      return named(command.environment ?? promotion?.environment)
    case 'rollback':
    case 'heal':
    case 'resume':
    case 'lock':
      return named(command.environment)
    case 'unlock':
      return command.environment === 'all' ? environments : named(command.environment)
    case 'hold':
    case 'unhold':
    case 'cancel':
      return named(promotion?.environment)
    case 'confirm-prune':
      return environments
    case 'plan':
    case 'why':
    case 'history':
    case 'help':
      return []
  }
}

/** The first environment among these in whose teams the caller is not. */
export function teamRefusal(environments: readonly EnvironmentConfig[], { teams }: Caller): Outcome | undefined {
  const closed = environments.find((environment) => !mayCommand(environment, teams))
  if (!closed) return undefined
  const names = teamsOf(closed)
  const message = `${closed.name} is commanded by members of ${names.join(' or ')}, and you are none now.`
  return outcome('refused', 'NOT_IN_TEAM', { message, remedy: `Ask a member of ${names.join(' or ')}.` })
}

export function mayCommand(environment: EnvironmentConfig, teams: ReadonlySet<string>): boolean {
  const names = teamsOf(environment)
  return names.length === 0 || names.some((team) => teams.has(team))
}

export function teamsOf({ commands }: EnvironmentConfig): readonly string[] {
  return commands?.teams ?? []
}
