import { requireAccount } from '../accounts/create.ts'
import type { Account } from '../state/account.ts'
import type { App, Installation } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'
import { accountView } from '../views/account.ts'
import { installationView } from '../views/app.ts'
import { shortRepositoryView } from '../views/repository.ts'
import { send } from '../webhooks/send.ts'
import type { World } from '../world.ts'

/** Installs an App on all or the named repositories of an account; it is told so with `installation.created`. */
export function installApp(
  world: World,
  app: App,
  owner: string,
  repositories: 'all' | readonly string[],
): Installation {
  const account = requireAccount(world, owner)
  const now = world.now()
  const installation: Installation = {
    id: world.nextId(),
    app,
    account,
    createdAt: now,
    updatedAt: now,
    repositories:
      repositories === 'all' ? undefined : new Set(repositories.map((name) => requireId(world, owner, name))),
    permissions: app.permissions,
    events: app.events,
  }
  world.installations.set(installation.id, installation)
  announce(world, installation, 'created', account, { repositories: shortViews(world, installation) })
  return installation
}

/** Uninstalls: its tokens end, its id is unknown from now on. */
export function removeInstallation(world: World, installation: Installation, by: Account): void {
  const repositories = shortViews(world, installation)
  world.installations.delete(installation.id)
  announce(world, installation, 'deleted', by, { repositories })
}

export function suspendInstallation(world: World, installation: Installation, by: Account): void {
  installation.suspendedAt = world.now()
  installation.suspendedBy = by
  announce(world, installation, 'suspend', by, {})
}

export function unsuspendInstallation(world: World, installation: Installation, by: Account): void {
  delete installation.suspendedAt
  delete installation.suspendedBy
  announce(world, installation, 'unsuspend', by, {})
}

/** The owner accepts what the App asks for by now. */
export function acceptPermissions(world: World, installation: Installation, by: Account): void {
  installation.permissions = installation.app.permissions
  installation.events = installation.app.events
  announce(world, installation, 'new_permissions_accepted', by, {})
}

/** Adds a repository to, or takes it from, an installation on selected ones. */
export function changeRepositories(
  world: World,
  installation: Installation,
  change: { add?: Repository; remove?: Repository },
  by: Account,
): void {
  const { add, remove } = change
  if (add) installation.repositories?.add(add.id)
  if (remove) installation.repositories?.delete(remove.id)
  announceSelection(world, installation, by, { add: add ? [add] : [], remove: remove ? [remove] : [] })
}

/** From all repositories to these: GitHub then sends an empty list of removed ones. */
export function selectRepositories(
  world: World,
  installation: Installation,
  repositories: readonly Repository[],
  by: Account,
): void {
  installation.repositories = new Set(repositories.map((repository) => repository.id))
  announceSelection(world, installation, by, { add: [], remove: [] })
}

export function repositoriesOf(world: World, installation: Installation): Repository[] {
  return [...world.repositories.values()].filter(
    (repository) =>
      repository.owner === installation.account && (installation.repositories?.has(repository.id) ?? true),
  )
}

function announceSelection(
  world: World,
  installation: Installation,
  by: Account,
  change: { add: readonly Repository[]; remove: readonly Repository[] },
): void {
  send(world, installation.app, {
    event: 'installation_repositories',
    action: change.add.length > 0 ? 'added' : 'removed',
    installationId: installation.id,
    repositoryId: null,
    payload: {
      action: change.add.length > 0 ? 'added' : 'removed',
      installation: installationView(world, installation),
      repository_selection: installation.repositories ? 'selected' : 'all',
      repositories_added: change.add.map(shortRepositoryView),
      repositories_removed: change.remove.map(shortRepositoryView),
      requester: null,
      sender: accountView(world, by),
    },
  })
}

function announce(
  world: World,
  installation: Installation,
  action: string,
  by: Account,
  extra: Record<string, unknown>,
): void {
  send(world, installation.app, {
    event: 'installation',
    action,
    installationId: installation.id,
    repositoryId: null,
    payload: {
      action,
      installation: installationView(world, installation),
      ...extra,
      sender: accountView(world, by),
    },
  })
}

function shortViews(world: World, installation: Installation): Record<string, unknown>[] {
  return repositoriesOf(world, installation).map(shortRepositoryView)
}

function requireId(world: World, owner: string, name: string): number {
  const repository = world.repository(owner, name)
  if (!repository) throw new Error(`no repository ${owner}/${name}; create it first`)
  return repository.id
}
