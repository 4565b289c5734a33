import type { Account, Membership, Team } from '../state/account.ts'
import { personalToken } from '../state/credentials.ts'
import type { World } from '../world.ts'

/** Adds an account; logins are unique whatever their case. */
export function addAccount(
  world: World,
  login: string,
  type: Account['type'],
  details: { name?: string; email?: string } = {},
): Account {
  if (world.account(login)) throw new Error(`an account named ${login} already exists`)
  const account: Account = {
    id: world.nextId(),
    login,
    type,
    name: details.name ?? login,
    email: details.email ?? `${login.toLowerCase()}@example.com`,
    createdAt: world.now(),
    members: new Map(),
  }
  world.accounts.set(login.toLowerCase(), account)
  return account
}

/** A person, with a personal token that works for REST and as a password for git. */
export function addUser(
  world: World,
  login: string,
  details: { name?: string; email?: string } = {},
): { account: Account; token: string } {
  const account = addAccount(world, login, 'User', details)
  const value = personalToken()
  world.tokens.set(value, { kind: 'user', value, account })
  return { account, token: value }
}

/** An organization with these members, by login; each must exist. */
export function addOrganization(world: World, login: string, members: Readonly<Record<string, Membership>>): Account {
  const organization = addAccount(world, login, 'Organization')
  for (const [member, membership] of Object.entries(members)) {
    organization.members.set(requireAccount(world, member).login.toLowerCase(), membership)
  }
  return organization
}

export interface TeamRequest {
  readonly organization: string
  readonly slug: string
  readonly parent?: string
  /** By login; `pending` has been invited and not answered yet. */
  readonly members: Readonly<Record<string, 'active' | 'pending'>>
}

export function addTeam(world: World, request: TeamRequest): Team {
  const organization = requireAccount(world, request.organization)
  const parent = request.parent === undefined ? undefined : findTeam(world, request.organization, request.parent)
  const team: Team = {
    id: world.nextId(),
    slug: request.slug,
    name: request.slug,
    organization,
    ...(parent ? { parent } : {}),
    createdAt: world.now(),
    members: new Map(
      Object.entries(request.members).map(([login, state]) => [login.toLowerCase(), { role: 'member', state }]),
    ),
  }
  world.teams.set(team.id, team)
  return team
}

export function findTeam(world: World, organization: string, slug: string): Team | undefined {
  return world.teams
    .values()
    .find((team) => team.slug === slug && team.organization.login.toLowerCase() === organization.toLowerCase())
}

export function requireAccount(world: World, login: string): Account {
  const account = world.account(login)
  if (!account) throw new Error(`no account named ${login}; create it first`)
  return account
}
