import { ProbotOctokit } from 'probot'
import { readConditionally } from './conditional-reads.ts'
import { deadlineFetch } from './deadline-fetch.ts'
import { type GitHubCall, observeCalls } from './observe-calls.ts'
import type { Octokit } from './octokit.ts'

export interface OctokitOptions {
  readonly appId: number
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey: string
  /** REST root without a slash at its end: `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly fetch: typeof globalThis.fetch
  readonly log: OctokitLog
  readonly observe: (call: GitHubCall) => void
}

export interface OctokitLog {
  debug(message: string): unknown
  info(message: string): unknown
  warn(message: string): unknown
  error(message: string): unknown
}

/**
 * Probot's client with its App authentication: as the App itself, or as an installation when one is named (tokens are minted and
 * kept by it). Its own retries and throttling stay off: they repeat refused merges and wait seconds between writes, which the
 * outbox and `calls.ts` do with knowledge of what is written.
 */
export function createOctokit(options: OctokitOptions, installationId?: number): Octokit {
  const octokit = new ProbotOctokit({
    auth: { appId: options.appId, privateKey: options.privateKey, ...(installationId && { installationId }) },
    baseUrl: options.baseUrl,
    log: options.log,
    request: { fetch: deadlineFetch(options.fetch, options.timeoutMs) },
    retry: { enabled: false },
    throttle: { enabled: false },
    userAgent: 'lockstep',
  })
  observeCalls(octokit, options.observe)
  readConditionally(octokit)
  return octokit
}
