import { join } from 'node:path'
import { findTeam, requireAccount } from '../accounts/create.ts'
import { createBareRepository } from '../git/create.ts'
import { type InitialCommit, importHistory } from '../git/import.ts'
import { addRuleset } from '../rules/add-ruleset.ts'
import type { Account, Role } from '../state/account.ts'
import { DEFAULT_SETTINGS, type Repository, type RepositorySettings } from '../state/repository.ts'
import type { RulesetDefinition } from '../state/ruleset.ts'
import type { World } from '../world.ts'

export interface RepositoryRequest {
  readonly owner: string
  readonly name: string
  readonly private?: boolean
  readonly description?: string
  readonly defaultBranch?: string
  /** By login. */
  readonly collaborators?: Readonly<Record<string, Role>>
  /** By slug of a team of the owning organization. */
  readonly teams?: Readonly<Record<string, Role>>
  readonly settings?: Partial<RepositorySettings>
  readonly rulesets?: readonly RulesetDefinition[]
  /** A directory whose files become the first commit, or commits in order. An empty repository without. */
  readonly from?: string | readonly InitialCommit[]
}

/** Makes a repository with its first history; nobody hears of it. */
export async function addRepository(world: World, request: RepositoryRequest): Promise<Repository> {
  const owner = requireAccount(world, request.owner)
  const defaultBranch = request.defaultBranch ?? 'main'
  if (world.repository(request.owner, request.name)) throw new Error(`${request.owner}/${request.name} already exists`)
  const git = await createBareRepository(folderOf(world, owner, request.name), defaultBranch)
  if (request.from) {
    const author = { name: owner.name, email: owner.email }
    await importHistory(git, defaultBranch, request.from, { author, date: world.clock() })
  }
  const repository = newRepository(world, request, { owner, git, defaultBranch })
  world.repositories.set(repository.id, repository)
  for (const definition of request.rulesets ?? []) addRuleset(world, repository, definition)
  return repository
}

/** A fork: the same history under another owner. */
export async function addFork(world: World, parent: Repository, owner: string): Promise<Repository> {
  const account = requireAccount(world, owner)
  const { name, defaultBranch } = parent
  const git = await createBareRepository(folderOf(world, account, name), defaultBranch)
  await git.bytes(['fetch', '--quiet', parent.git.directory, '+refs/heads/*:refs/heads/*'])
  const request = { owner, name, private: parent.private }
  const fork = { ...newRepository(world, request, { owner: account, git, defaultBranch }), parent }
  world.repositories.set(fork.id, fork)
  return fork
}

/** Stays where it is when the repository is renamed, so that nobody who reads it then is cut off; the number keeps names apart. */
function folderOf(world: World, owner: Account, name: string): string {
  return join(world.directory, owner.login, `${name}-${world.nextId()}.git`)
}

function newRepository(
  world: World,
  request: RepositoryRequest,
  made: Pick<Repository, 'owner' | 'git' | 'defaultBranch'>,
): Repository {
  const now = world.now()
  return {
    ...made,
    id: world.nextId(),
    name: request.name,
    private: request.private ?? false,
    archived: false,
    description: request.description ?? null,
    settings: { ...DEFAULT_SETTINGS, ...request.settings },
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    collaborators: new Map(
      Object.entries(request.collaborators ?? {}).map(([login, role]) => [
        requireAccount(world, login).login.toLowerCase(),
        role,
      ]),
    ),
    teams: teamGrants(world, request),
    rulesets: new Map(),
    mergeQueues: new Map(),
    issues: new Map(),
    pulls: new Map(),
    comments: new Map(),
    checkSuites: new Map(),
    checkRuns: new Map(),
    statuses: [],
    deployments: new Map(),
    signed: new Set(),
    hiddenRefs: new Map(),
    nextNumber: 1,
  }
}

function teamGrants(world: World, request: RepositoryRequest): Map<number, Role> {
  const grants = Object.entries(request.teams ?? {}).map(([slug, role]): [number, Role] => {
    const team = findTeam(world, request.owner, slug)
    if (!team) throw new Error(`no team ${request.owner}/${slug}; create it first`)
    return [team.id, role]
  })
  return new Map(grants)
}
