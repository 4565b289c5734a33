import { findTeam } from '../accounts/create.ts'
import { ok } from '../http/answer.ts'
import { notAccessible, notFound } from '../http/refusal.ts'
import { type Call, globalRoute, param, type Route } from '../http/route.ts'
import { isMember } from '../repositories/roles.ts'
import type { Team } from '../state/account.ts'
import { allows } from '../state/app.ts'
import { nodeId } from '../views/node-id.ts'
import { refuse } from './find.ts'

export const teamRoutes: readonly Route[] = [
  globalRoute('GET', '/orgs/:org/teams/:team', 'authenticated', (call) => {
    const team = teamOf(call)
    const { world } = call
    const api = apiUrl(call, team)
    return ok({
      id: team.id,
      node_id: nodeId('Team', team.id),
      url: api,
      html_url: `${world.url}/orgs/${team.organization.login}/teams/${team.slug}`,
      name: team.name,
      slug: team.slug,
      description: null,
      privacy: 'closed',
      notification_setting: 'notifications_enabled',
      permission: 'pull',
      members_url: `${api}/members{/member}`,
      repositories_url: `${api}/repos`,
      parent: null,
    })
  }),

  globalRoute('GET', '/orgs/:org/teams/:team/memberships/:username', 'authenticated', (call) => {
    const team = teamOf(call)
    const login = param(call, 'username').toLowerCase()
    const own = team.members.get(login)
    const inherited = isMember(call.world, team, login) ? ({ role: 'member', state: 'active' } as const) : undefined
    const membership = own ?? inherited ?? refuse(notFound())
    return ok({ ...membership, url: `${apiUrl(call, team)}/memberships/${param(call, 'username')}` })
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

function apiUrl(call: Call, team: Team): string {
  return `${call.world.apiUrl}/orgs/${team.organization.login}/teams/${team.slug}`
}
