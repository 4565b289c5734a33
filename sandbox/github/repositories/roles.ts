import { type Account, highest, type Role, type Team } from '../state/account.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** The highest of everything that grants this person the repository; undefined for strangers, bots included. */
export function roleOf(world: World, repository: Repository, account: Account): Role | undefined {
  if (account.type !== 'User') return undefined
  const login = account.login.toLowerCase()
  const owns = repository.owner === account || repository.owner.members.get(login)?.role === 'admin'
  const teams = world.teams.values().filter((team) => isMember(world, team, login))
  return highest([
    owns ? 'admin' : undefined,
    repository.collaborators.get(login),
    ...teams.flatMap((team) => grantsOf(team, repository)),
  ])
}

/** A child team inherits what its parents are granted. */
function grantsOf(team: Team, repository: Repository): (Role | undefined)[] {
  return [repository.teams.get(team.id), ...(team.parent ? grantsOf(team.parent, repository) : [])]
}

/** Active membership in the team or one of its child teams. */
export function isMember(world: World, team: Team, login: string): boolean {
  if (team.members.get(login.toLowerCase())?.state === 'active') return true
  return world.teams.values().some((child) => child.parent === team && isMember(world, child, login))
}
