import { needs } from '../http/access.ts'
import { noContent, ok } from '../http/answer.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { roleOf } from '../repositories/roles.ts'
import { type Account, atLeast, type Role } from '../state/account.ts'
import { accountView } from '../views/account.ts'
import { refuse } from './find.ts'

/** Finer roles are folded into the four old words; `role_name` keeps them. */
const PERMISSION: Readonly<Record<Role, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
}

export const collaboratorRoutes: readonly Route[] = [
  repositoryRoute('GET', '/collaborators/:username', needs('metadata:read'), (call) => {
    checkPush(call)
    return roleOf(call.world, call.repository, personOf(call)) ? noContent() : refuse(notFound())
  }),

  repositoryRoute('GET', '/collaborators/:username/permission', needs('metadata:read'), (call) => {
    checkPush(call)
    const person = personOf(call)
    const role = roleOf(call.world, call.repository, person)
    return ok({
      permission: role ? PERMISSION[role] : 'none',
      user: {
        ...accountView(call.world, person),
        permissions: permissionFlags(role),
        role_name: role ?? 'none',
      },
      role_name: role ?? 'none',
    })
  }),
]

/** Bots and names of nobody are not found. */
function personOf(call: RepositoryCall): Account {
  const account = call.world.account(param(call, 'username'))
  return account?.type === 'User' ? account : refuse(notFound())
}

function checkPush(call: RepositoryCall): void {
  const { caller, repository, world } = call
  if (caller.kind === 'installation') return
  if (caller.kind === 'user' && atLeast(roleOf(world, repository, caller.account), 'write')) return
  throw new Refusal(403, 'Must have push access to view collaborator permission.')
}

function permissionFlags(role: Role | undefined): Record<string, boolean> {
  return {
    pull: atLeast(role, 'read'),
    triage: atLeast(role, 'triage'),
    push: atLeast(role, 'write'),
    maintain: atLeast(role, 'maintain'),
    admin: atLeast(role, 'admin'),
  }
}
