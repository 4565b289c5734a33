export interface Membership {
  role: 'admin' | 'member'
  /** Private members are hidden from everybody who may not read the organization's members. */
  public: boolean
}

export interface Account {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Organization' | 'Bot'
  readonly name: string
  readonly email: string
  /** ISO 8601, whole seconds, as all times of the state. */
  readonly createdAt: string
  /** Of an organization, by login in lower case; empty for others. */
  readonly members: Map<string, Membership>
}

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin'
const ROLES: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin']

export function atLeast(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

export function highest(roles: readonly (Role | undefined)[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role))
}

export interface Team {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly organization: Account
  readonly parent?: Team
  readonly createdAt: string
  /** By login in lower case. A pending member has not accepted yet and is no member. */
  readonly members: Map<string, { role: 'maintainer' | 'member'; state: 'active' | 'pending' }>
}

/** Git author or committer. */
export interface Identity {
  readonly name: string
  readonly email: string
  /** ISO 8601. */
  readonly date: string
}

/** GitHub writes commits on the web with this committer, and signs them. */
export const WEB_FLOW = { name: 'GitHub', email: 'noreply@github.com' } as const

export function noreplyAddress(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`
}
