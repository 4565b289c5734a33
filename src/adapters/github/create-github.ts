import type { GitHub, GitHubRepository, RepositoryRef } from '../../model/github.ts'
import { type Addresses, addressesOf } from './addresses.ts'
import type { BotIdentity } from './bot-identity.ts'
import { createBranches } from './branches.ts'
import { createChecks } from './checks.ts'
import { type Clock, systemClock } from './clock.ts'
import { createComments } from './comments.ts'
import { createOctokit, type OctokitLog } from './create-octokit.ts'
import { Redelivery } from './deliveries.ts'
import { createDeployments } from './deployments.ts'
import { GitAccess } from './git-access.ts'
import { Installation } from './installation.ts'
import type { GitHubCall } from './observe-calls.ts'
import { GITHUB_PACING, type Pacing } from './pacing.ts'
import { createPeople } from './people.ts'
import { createPulls } from './pulls.ts'
import { listRepositories } from './repositories.ts'
import { readRepository } from './repository-facts.ts'
import { createRoom } from './room.ts'
import { ServerClock } from './server-clock.ts'

export interface GitHubOptions {
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
  /** REST root: `https://api.github.com` (default) or `https://HOST/api/v3`. */
  readonly baseUrl?: string
  /** Default: derived from `baseUrl`. */
  readonly webUrl?: string
  /** Default: what GitHub asks of its clients. `UNPACED` is for a GitHub on this machine. */
  readonly pacing?: Pacing
  /** Of one request, answer included. Default 30 seconds. */
  readonly timeoutMs?: number
  /** Longest wait for a rate limit before GITHUB_LIMITED is thrown. Default 90 seconds. */
  readonly longestWaitMs?: number
  readonly clock?: Clock
  readonly fetch?: typeof globalThis.fetch
  readonly log?: OctokitLog
  /** Told of every request, for metrics. */
  readonly observe?: (call: GitHubCall) => void
}

/** Asks nothing of GitHub yet; wrong credentials show with the first call. */
export function createGitHub(given: GitHubOptions): GitHub {
  const serverClock = new ServerClock(given.clock ?? systemClock)
  const options = { ...given, fetch: serverClock.watch(given.fetch ?? globalThis.fetch) }
  const addresses = addressesOf(options.baseUrl, options.webUrl)
  const installations = new Map<number, Installation>()
  const installationOf = (id: number) => {
    const known = installations.get(id) ?? connect(options, addresses, id)
    installations.set(id, known)
    return known
  }
  const app = connect(options, addresses)
  const bot = createBotIdentity(options.appId, app)
  const access = new GitAccess(app)
  const redelivery = new Redelivery(app)
  return {
    repositories: () => listRepositories(app, installationOf),
    repository: (ref) => createRepository(installationOf(ref.installation), ref, addresses, bot),
    gitAccess: async (ref) => ({
      url: `${repositoryUrl(addresses, ref)}.git`,
      authorization: await access.authorization(ref),
    }),
    botLogin: () => bot.login(),
    redeliverFailed: () => redelivery.redeliverFailed(),
    now: () => serverClock.now(),
  }
}

/** One installation, or the App itself. */
function connect(options: GitHubOptions, addresses: Addresses, installationId?: number): Installation {
  const octokit = createOctokit(
    {
      appId: options.appId,
      privateKey: options.privateKey,
      baseUrl: addresses.baseUrl,
      timeoutMs: options.timeoutMs ?? 30_000,
      fetch: options.fetch ?? globalThis.fetch,
      log: options.log ?? SILENT,
      observe: options.observe ?? (() => {}),
    },
    installationId,
  )
  return new Installation({
    octokit,
    clock: options.clock ?? systemClock,
    pacing: options.pacing ?? GITHUB_PACING,
    longestWaitMs: options.longestWaitMs ?? 90_000,
    asApp: installationId === undefined,
  })
}

function createRepository(
  installation: Installation,
  ref: RepositoryRef,
  addresses: Addresses,
  bot: BotIdentity,
): GitHubRepository {
  const room = createRoom(installation, ref)
  return {
    ref,
    url: repositoryUrl(addresses, ref),
    defaultBranch: async () => (await readRepository(room)).defaultBranch,
    isPublic: async () => (await readRepository(room)).isPublic,
    pulls: createPulls(room),
    comments: createComments(room, bot),
    checks: createChecks(room, bot),
    branches: createBranches(room, bot),
    people: createPeople(room),
    deployments: createDeployments(room),
  }
}

function createBotIdentity(appId: number, app: Installation): BotIdentity {
  let login: Promise<string> | undefined
  const ask = async () => {
    const slug = await app.read({
      what: 'read the App itself',
      ask: async (octokit) => (await octokit.rest.apps.getAuthenticated()).data?.slug,
    })
    return `${slug}[bot]`
  }
  return {
    appId,
    login: () => {
      login ??= ask().catch((error: unknown) => {
        login = undefined
        throw error
      })
      return login
    },
  }
}

function repositoryUrl(addresses: Addresses, ref: RepositoryRef): string {
  return `${addresses.webUrl}/${ref.owner}/${ref.name}`
}

const SILENT: OctokitLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
