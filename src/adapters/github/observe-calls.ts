import type { Octokit } from './octokit.ts'

/** One answered or failed request, for metrics. */
export interface GitHubCall {
  /** e.g. `GET /repos/{owner}/{repo}/pulls/{pull_number}`. */
  readonly route: string
  /** 0 when no answer came. */
  readonly status: number
  /** What is left of the hour's budget. */
  readonly remaining?: number
  /** Which budget: `core`, `graphql`… */
  readonly resource?: string
}

export function observeCalls(octokit: Octokit, observe: (call: GitHubCall) => void): void {
  octokit.hook.after('request', (response, options) => {
    observe(callOf(options, response.status, response.headers))
  })
  octokit.hook.error('request', (error, options) => {
    const response = 'response' in error ? error.response : undefined
    observe(callOf(options, response?.status ?? 0, response?.headers ?? {}))
    throw error
  })
}

function callOf(options: { method: string; url: string }, status: number, headers: object): GitHubCall {
  const given = headers as Readonly<Record<string, string | undefined>>
  const remaining = given['x-ratelimit-remaining']
  const resource = given['x-ratelimit-resource']
  return {
    route: `${options.method} ${routeOf(options.url)}`,
    status,
    ...(remaining !== undefined && { remaining: Number(remaining) }),
    ...(resource && { resource }),
  }
}

/** Pages after the first, and GraphQL of an Enterprise Server, are asked for by their full address. */
function routeOf(url: string): string {
  if (!/^https?:/.test(url)) return url
  return url.endsWith('/graphql') ? '/graphql' : '(next page)'
}
