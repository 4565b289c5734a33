import { findTeam } from '../accounts/create.ts'
import { ok } from '../http/answer.ts'
import { notAccessible, notFound } from '../http/refusal.ts'
import { type Call, globalRoute, param, type Route } from '../http/route.ts'
import { isMember } from '../repositories/roles.ts'
import type { Team } from '../state/account.ts'
import { allows } from '../state/app.ts'
import { teamApiUrl, teamView } from '../views/team.ts'
import { refuse } from './find.ts'

export const teamRoutes: readonly Route[] = [
  globalRoute('GET', '/orgs/:org/teams/:team', 'authenticated', (call) => ok(teamView(call.world, teamOf(call)))),

  globalRoute('GET', '/orgs/:org/teams/:team/memberships/:username', 'authenticated', (call) => {
    const team = teamOf(call)
    const login = param(call, 'username').toLowerCase()
    const own = team.members.get(login)
    const inherited = isMember(call.world, team, login) ? ({ role: 'member', state: 'active' } as const) : undefined
    const membership = own ?? inherited ?? refuse(notFound())
    return ok({ ...membership, url: `${teamApiUrl(call.world, team)}/memberships/${param(call, 'username')}` })
  }),
]

/** Teams are seen by members of the organization and by Apps installed there with `members: read`. */
function teamOf(call: Call): Team {
  const { caller, world } = call
  const team = findTeam(world, param(call, 'org'), param(call, 'team'))
  if (caller.kind === 'installation') {
    if (!allows(caller.permissions, 'members', 'read')) throw notAccessible()
    return team && caller.installation.account === team.organization ? team : refuse(notFound())
  }
  const insider = caller.kind === 'user' && team?.organization.members.has(caller.account.login.toLowerCase())
  return team && insider ? team : refuse(notFound())
}
