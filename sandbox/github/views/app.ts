import type { App, Installation } from '../state/app.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { nodeId } from './node-id.ts'

/** The App as it stands in other objects; see `wholeAppView`. */
export function appView(world: World, app: App): Record<string, unknown> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: accountView(world, app.owner),
    name: app.name,
    description: '',
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  }
}

/** The App by itself, with the id that its tokens may be issued under. */
export function wholeAppView(world: World, app: App): Record<string, unknown> {
  return { ...appView(world, app), client_id: app.clientId }
}

export function installationView(world: World, installation: Installation): Record<string, unknown> {
  const { account, app } = installation
  const page =
    account.type === 'Organization'
      ? `${world.url}/organizations/${account.login}/settings/installations/${installation.id}`
      : `${world.url}/settings/installations/${installation.id}`
  return {
    id: installation.id,
    account: accountView(world, account),
    repository_selection: installation.repositories ? 'selected' : 'all',
    access_tokens_url: `${world.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: page,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_at: installation.suspendedAt ?? null,
    suspended_by: installation.suspendedBy ? accountView(world, installation.suspendedBy) : null,
  }
}
