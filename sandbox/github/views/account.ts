import type { Account } from '../state/account.ts'
import type { World } from '../world.ts'
import { nodeId } from './node-id.ts'

/** The short form in which people, organizations and bots stand in other objects. */
export function accountView(world: World, account: Account): Record<string, unknown> {
  const api = `${world.apiUrl}/users/${encodeURIComponent(account.login)}`
  const page = account.type === 'Bot' ? `/apps/${account.login.replace('[bot]', '')}` : `/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}${page}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    site_admin: false,
  }
}

/** The public profile. */
export function profileView(world: World, account: Account): Record<string, unknown> {
  return {
    ...accountView(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: publicRepositories(world, account),
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  }
}

/** The form in which webhooks name the organization of a repository. */
export function organizationView(world: World, account: Account): Record<string, unknown> {
  const api = `${world.apiUrl}/orgs/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('Organization', account.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    description: '',
  }
}

/** The public profile of an organization. */
export function organizationProfileView(world: World, account: Account): Record<string, unknown> {
  return {
    ...organizationView(world, account),
    html_url: `${world.url}/${account.login}`,
    name: account.name,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: publicRepositories(world, account),
    public_gists: 0,
    followers: 0,
    following: 0,
    type: 'Organization',
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  }
}

function publicRepositories(world: World, account: Account): number {
  return [...world.repositories.values()].filter((one) => one.owner === account && !one.private).length
}
