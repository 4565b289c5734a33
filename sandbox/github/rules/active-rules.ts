import { posix } from 'node:path'
import type { Actor, Caller } from '../http/caller.ts'
import { isMember, roleOf } from '../repositories/roles.ts'
import type { Repository } from '../state/repository.ts'
import type { BypassActor, Rule, Ruleset } from '../state/ruleset.ts'
import type { World } from '../world.ts'

export interface ActiveRule {
  readonly rule: Rule
  readonly ruleset: Ruleset
}

/** The rules of all active rulesets that cover a branch, existing or not. */
export function rulesOf(repository: Repository, branch: string): ActiveRule[] {
  return [...repository.rulesets.values()]
    .filter((ruleset) => ruleset.enforcement === 'active' && ruleset.target === 'branch')
    .filter((ruleset) => covers(ruleset, branch, repository.defaultBranch))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })))
}

/** The rules that bind this caller: those it may not bypass. `how` tells a push from the merge of a pull request. */
export function bindingRules(
  world: World,
  repository: Repository,
  branch: string,
  caller: Caller,
  how: 'push' | 'pull_request',
): ActiveRule[] {
  return rulesOf(repository, branch).filter(({ ruleset }) => !bypasses(world, repository, ruleset, caller, how))
}

export function bypasses(
  world: World,
  repository: Repository,
  ruleset: Ruleset,
  caller: Caller,
  how: 'push' | 'pull_request',
): boolean {
  if (caller.kind !== 'user' && caller.kind !== 'installation') return false
  const modes = ruleset.bypass_actors
    .filter((actor) => isActor(world, repository, actor, caller))
    .map((actor) => actor.bypass_mode)
  return modes.some((mode) => mode === 'always' || mode === 'exempt' || how === 'pull_request')
}

function covers(ruleset: Ruleset, branch: string, defaultBranch: string): boolean {
  const { include, exclude } = ruleset.conditions.ref_name
  const hits = (pattern: string): boolean => {
    if (pattern === '~ALL') return true
    if (pattern === '~DEFAULT_BRANCH') return branch === defaultBranch
    return posix.matchesGlob(`refs/heads/${branch}`, pattern) || posix.matchesGlob(branch, pattern)
  }
  return include.some(hits) && !exclude.some(hits)
}

/** Ids of the built-in roles in bypass lists. */
const ROLE_IDS = new Map([
  [2, 'maintain'],
  [4, 'write'],
  [5, 'admin'],
])

function isActor(world: World, repository: Repository, actor: BypassActor, caller: Actor): boolean {
  if (caller.kind === 'installation') {
    return actor.actor_type === 'Integration' && actor.actor_id === caller.installation.app.id
  }
  const { account } = caller
  switch (actor.actor_type) {
    case 'OrganizationAdmin':
      return repository.owner.members.get(account.login.toLowerCase())?.role === 'admin'
    case 'RepositoryRole':
      return ROLE_IDS.get(actor.actor_id ?? 0) === roleOf(world, repository, account)
    case 'Team': {
      const team = world.teams.get(actor.actor_id ?? 0)
      return team !== undefined && isMember(world, team, account.login)
    }
    default:
      return false
  }
}
