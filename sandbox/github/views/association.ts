import type { Caller } from '../http/caller.ts'
import type { Account } from '../state/account.ts'
import { allows } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'

/** `author_association` as this viewer sees it: a private member of an organization looks like anybody else to most. */
export function authorAssociation(repository: Repository, author: Account, viewer: Caller): string {
  if (repository.owner === author) return 'OWNER'
  const login = author.login.toLowerCase()
  const membership = repository.owner.members.get(login)
  if (membership && (membership.public || seesMembers(repository.owner, viewer))) return 'MEMBER'
  if (!membership && repository.collaborators.has(login)) return 'COLLABORATOR'
  return hasContributed(repository, author) ? 'CONTRIBUTOR' : 'NONE'
}

function seesMembers(organization: Account, viewer: Caller): boolean {
  if (viewer.kind === 'user') return organization.members.has(viewer.account.login.toLowerCase())
  return viewer.kind === 'installation' && allows(viewer.permissions, 'members', 'read')
}

function hasContributed(repository: Repository, author: Account): boolean {
  return repository.pulls.values().some((pull) => pull.author === author && pull.merged !== undefined)
}
