import { type Caller, callerCovers } from '../http/caller.ts'
import { roleOf } from '../repositories/roles.ts'
import { atLeast, type Role } from '../state/account.ts'
import { allows } from '../state/app.ts'
import { fullName, type Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { accountView } from './account.ts'
import { nodeId } from './node-id.ts'
import { repositoryUrls } from './repository-urls.ts'

export function repositoryApiUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${fullName(repository)}`
}

export function repositoryPageUrl(world: World, repository: Repository): string {
  return `${world.url}/${fullName(repository)}`
}

/** What tells a repository from others, as installation events name it. */
export function shortRepositoryView(repository: Repository): Record<string, unknown> {
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  }
}

/** A repository as it stands in lists, pull requests and webhooks. */
export function repositoryView(world: World, repository: Repository): Record<string, unknown> {
  const openIssues = [...repository.issues.values()].filter((issue) => issue.state === 'open').length
  const forks = [...world.repositories.values()].filter((other) => other.parent === repository).length
  const page = repositoryPageUrl(world, repository)
  const host = new URL(world.url).host
  return {
    ...shortRepositoryView(repository),
    owner: accountView(world, repository.owner),
    html_url: page,
    description: repository.description,
    fork: repository.parent !== undefined,
    ...repositoryUrls(repositoryApiUrl(world, repository)),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${host}/${fullName(repository)}.git`,
    ssh_url: `git@${host}:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.settings.has_issues,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
    custom_properties: {},
  }
}

/** A repository in the lists of an installation. */
export function listedRepositoryView(world: World, repository: Repository, caller: Caller): Record<string, unknown> {
  return { ...repositoryView(world, repository), permissions: permissionsView(world, repository, caller) }
}

/** The whole object of `GET /repos/{owner}/{repo}`; merge settings only for callers who may write contents. */
export function fullRepositoryView(world: World, repository: Repository, caller: Caller): Record<string, unknown> {
  return {
    ...listedRepositoryView(world, repository, caller),
    temp_clone_token: null,
    ...(mayWriteContents(world, repository, caller) ? mergeSettings(repository) : {}),
    ...(repository.owner.type === 'Organization' ? { organization: accountView(world, repository.owner) } : {}),
    ...(repository.parent
      ? { parent: repositoryView(world, repository.parent), source: repositoryView(world, repository.parent) }
      : {}),
    network_count: 0,
    subscribers_count: 0,
  }
}

function mergeSettings(repository: Repository): Record<string, unknown> {
  const { has_issues: _, ...settings } = repository.settings
  return { ...settings, use_squash_pr_title_as_default: settings.squash_merge_commit_title === 'PR_TITLE' }
}

function mayWriteContents(world: World, repository: Repository, caller: Caller): boolean {
  if (caller.kind === 'installation') {
    return callerCovers(caller, repository) && allows(caller.permissions, 'contents', 'write')
  }
  return caller.kind === 'user' && atLeast(roleOf(world, repository, caller.account), 'write')
}

function permissionsView(world: World, repository: Repository, caller: Caller): Record<string, boolean> {
  const role: Role | undefined = caller.kind === 'user' ? roleOf(world, repository, caller.account) : undefined
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: caller.kind === 'user' && (!repository.private || role !== undefined),
  }
}
