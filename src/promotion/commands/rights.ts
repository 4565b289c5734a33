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

/** Whose word a command takes: readers', writers', or that of writers who may command its environment, or every one. */
export type Right = 'read' | 'write' | 'environment' | 'every'

export const RIGHTS: Readonly<Record<Command['name'], Right>> = {
  promote: 'environment',
  rollback: 'environment',
  plan: 'write',
  why: 'read',
  history: 'read',
  hold: 'environment',
  unhold: 'environment',
  lock: 'environment',
  unlock: 'environment',
  heal: 'environment',
  resume: 'environment',
  'confirm-prune': 'every',
  cancel: 'environment',
  help: 'read',
}

export function mayWrite(permission: Permission): boolean {
  return permission === 'admin' || permission === 'write'
}

export function isOpenToReaders(name: Command['name']): boolean {
  return RIGHTS[name] === 'read'
}

/** What the permission in the repository refuses, whatever the environment. */
export function permissionRefusal(name: Command['name'], permission: Permission): Outcome | undefined {
  if (mayWrite(permission) || (permission === 'read' && isOpenToReaders(name))) return undefined
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
  const right = RIGHTS[command.name]
  if (right === 'every') return environments
  if (right !== 'environment') return []
  const name = environmentOf(command) ?? promotion?.environment
  if (name === 'all') return command.name === 'unlock' ? environments : []
  return environments.filter((each) => each.name === name)
}

function environmentOf(command: Command): string | undefined {
  return 'environment' in command ? command.environment : undefined
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
