import type { Team } from '../state/account.ts'
import type { World } from '../world.ts'
import { organizationProfileView } from './account.ts'
import { nodeId } from './node-id.ts'

/** The whole team, with what it is granted itself. */
export function teamView(world: World, team: Team): Record<string, unknown> {
  const active = [...team.members.values()].filter(({ state }) => state === 'active')
  return {
    ...shortView(world, team),
    parent: team.parent ? shortView(world, team.parent) : null,
    members_count: active.length,
    repos_count: [...world.repositories.values()].filter((one) => one.teams.has(team.id)).length,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: organizationProfileView(world, team.organization),
  }
}

export function teamApiUrl(world: World, team: Team): string {
  return `${world.apiUrl}/orgs/${team.organization.login}/teams/${team.slug}`
}

function shortView(world: World, team: Team): Record<string, unknown> {
  const api = teamApiUrl(world, team)
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    url: api,
    html_url: `${world.url}/orgs/${team.organization.login}/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: null,
    type: 'organization',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
  }
}
