import { roleOf } from '../repositories/roles.ts'
import { atLeast, type Role } from '../state/account.ts'
import { allows, type Level } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { type Caller, callerCovers } from './caller.ts'
import { badCredentials, notAccessible, notFound, Refusal } from './refusal.ts'

/** What a repository route asks for. */
export interface Needs {
  /** An App needs one of these, e.g. `pull_requests:write`. */
  readonly permissions: readonly `${string}:${Level}`[]
  /** A person needs this role. */
  readonly role: Role
  readonly level: Level
}

/** The role follows from the level unless it is given: reading needs `read`, writing `write`. */
export function needs(permissions: `${string}:${Level}` | readonly `${string}:${Level}`[], role?: Role): Needs {
  const list = typeof permissions === 'string' ? [permissions] : permissions
  const level = (list[0]?.split(':')[1] ?? 'read') as Level
  return { permissions: list, role: role ?? level, level }
}

/** The `X-Accepted-GitHub-Permissions` header: `;` stands between alternatives. */
export function acceptedPermissions(needed: Needs): string {
  return needed.permissions.map((permission) => permission.replace(':', '=')).join('; ')
}

/** Throws what GitHub answers to a caller who may not do this: 404 for what it may not see, 403 for the rest. */
export function checkAccess(world: World, caller: Caller, repository: Repository, needed: Needs): void {
  if (caller.kind === 'app') throw badCredentials()
  if (!maySee(world, caller, repository)) throw notFound()
  if (caller.kind === 'installation') {
    checkInstallation(caller, repository, needed)
    return
  }
  const role = caller.kind === 'user' ? visibleRole(world, caller, repository) : 'read'
  if (caller.kind === 'anonymous' && needed.level !== 'read') throw new Refusal(401, 'Requires authentication')
  if (!atLeast(role, needed.role)) throw roleRefusal(needed.role)
}

export function maySee(world: World, caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true
  if (caller.kind === 'installation') return callerCovers(caller, repository)
  return caller.kind === 'user' && roleOf(world, repository, caller.account) !== undefined
}

function checkInstallation(
  caller: Extract<Caller, { kind: 'installation' }>,
  repository: Repository,
  needed: Needs,
): void {
  if (!callerCovers(caller, repository)) {
    if (needed.level === 'read') return
    throw notAccessible()
  }
  const granted = needed.permissions.some((permission) => {
    const [name = '', level] = permission.split(':')
    return name === 'metadata' || allows(caller.permissions, name, level as Level)
  })
  if (!granted) throw notAccessible()
}

function visibleRole(
  world: World,
  caller: Extract<Caller, { kind: 'user' }>,
  repository: Repository,
): Role | undefined {
  return roleOf(world, repository, caller.account) ?? (repository.private ? undefined : 'read')
}

function roleRefusal(role: Role): Refusal {
  if (role === 'admin') return new Refusal(403, 'Must have admin rights to Repository.')
  return new Refusal(403, 'Must have push access to repository.')
}
