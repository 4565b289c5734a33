import { ProbotOctokit } from 'probot'
import type { GitHubRepository } from '../../model/github.ts'
import { addressesOf } from './addresses.ts'
import { createBranches } from './branches.ts'
import { systemClock } from './clock.ts'
import { readConditionally } from './conditional-reads.ts'
import { deadlineFetch } from './deadline-fetch.ts'
import { Installation } from './installation.ts'
import { GITHUB_PACING, type Pacing } from './pacing.ts'
import { createPulls } from './pulls.ts'
import { readRepository } from './repository-facts.ts'
import { createRoom } from './room.ts'

export interface TokenOptions {
  /** A workflow's `GITHUB_TOKEN`, or a person's or App's, that may write contents and pull requests. */
  readonly token: string
  readonly owner: string
  readonly name: string
  /** REST root; default github.com's. */
  readonly baseUrl?: string
  readonly pacing?: Pacing
}

/** What can be done to one repository with a token alone. */
export type TokenRepository = Pick<GitHubRepository, 'ref' | 'url' | 'defaultBranch' | 'pulls'> & {
  readonly branches: Omit<GitHubRepository['branches'], 'isOwn'>
}

/** A token does not say whose it is, and nothing here asks. */
const NOBODY = { login: async () => '' }
const TIMEOUT_MS = 30_000
const LONGEST_WAIT_MS = 90_000

/** One repository in the name of a token's owner. Asks nothing yet. Throws GitHubError when GitHub does not or will not answer. */
export function openWithToken({ token, owner, name, baseUrl, pacing = GITHUB_PACING }: TokenOptions): TokenRepository {
  const addresses = addressesOf(baseUrl)
  const octokit = new ProbotOctokit({
    auth: { token },
    baseUrl: addresses.baseUrl,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    request: { fetch: deadlineFetch(globalThis.fetch, TIMEOUT_MS) },
    retry: { enabled: false },
    throttle: { enabled: false },
    userAgent: 'lockstep',
  })
  readConditionally(octokit)
  // `asApp`: a token that was given is never renewed.
  const installation = new Installation({
    octokit,
    clock: systemClock,
    pacing,
    longestWaitMs: LONGEST_WAIT_MS,
    asApp: true,
  })
  const ref = { installation: 0, owner, name }
  const room = createRoom(installation, ref)
  return {
    ref,
    url: `${addresses.webUrl}/${owner}/${name}`,
    defaultBranch: async () => (await readRepository(room)).defaultBranch,
    branches: createBranches(room, NOBODY),
    pulls: createPulls(room),
  }
}
