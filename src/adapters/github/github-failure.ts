/**
 * What a failed call to GitHub means for what may be done next.
 *
 * - `credentials`, `suspended`, `permission`: somebody has to change something.
 * - `limited`: nothing was done; ask again after `retryAfterMs` (absent: GitHub did not say).
 * - `missing`: 404 or 410, which right after a write of ours may only be lag.
 * - `stale`, `conflict`, `refused`: GitHub understood and said no.
 * - `unavailable`, `unanswered`: nobody knows whether it was done.
 */
export interface GitHubFailure {
  readonly kind:
    | 'credentials'
    | 'suspended'
    | 'permission'
    | 'limited'
    | 'missing'
    | 'stale'
    | 'conflict'
    | 'refused'
    | 'unavailable'
    | 'unanswered'
  readonly status?: number
  readonly message: string
  /** The entries of `errors`, as one line each. */
  readonly details: readonly string[]
  /** `checks=write`; alternatives separated by `;`. */
  readonly needs?: string
  readonly retryAfterMs?: number
}

type Headers = Readonly<Record<string, string | number | undefined>>

/** The failure in what Octokit threw; undefined when GitHub had no part in it. `now` in milliseconds. */
export function failureOf(error: unknown, now: number): GitHubFailure | undefined {
  if (!isRecord(error)) return undefined
  if (error.name === 'GraphqlResponseError') return graphqlFailure(error, now)
  if (typeof error.status !== 'number') return undefined
  const response = isRecord(error.response) ? error.response : undefined
  if (!response && error.status >= 500) {
    return { kind: 'unanswered', message: textOf(error.message) || 'no answer', details: [] }
  }
  return answerFailure(error.status, (response?.headers ?? {}) as Headers, response?.data, textOf(error.message), now)
}

function answerFailure(status: number, headers: Headers, data: unknown, fallback: string, now: number): GitHubFailure {
  const message = (isRecord(data) && textOf(data.message)) || fallback
  const common = { status, message, details: detailsOf(data) }
  if (status === 401) return { kind: 'credentials', ...common }
  if (status === 404 || status === 410) return { kind: 'missing', ...common }
  if (status === 409) return { kind: 'conflict', ...common }
  if (status >= 500) return { kind: 'unavailable', ...common }
  if (status !== 403 && status !== 429) return { kind: 'refused', ...common }
  if (/has been suspended/i.test(message)) return { kind: 'suspended', ...common }
  if (/not accessible by|must have .* (access|rights)/i.test(message)) {
    const needs = textOf(headers['x-accepted-github-permissions'])
    return { kind: 'permission', ...common, ...(needs && { needs }) }
  }
  return isLimit(status, headers, message) ? limited(common, headers, now) : { kind: 'refused', ...common }
}

/** GraphQL refuses with status 200. */
function graphqlFailure(error: Readonly<Record<string, unknown>>, now: number): GitHubFailure {
  const headers = (isRecord(error.headers) ? error.headers : {}) as Headers
  const errors = Array.isArray(error.errors) ? error.errors.filter(isRecord) : []
  const type = textOf(errors[0]?.type)
  const common = {
    status: 200,
    message: textOf(errors[0]?.message) || textOf(error.message),
    details: detailsOf(error),
  }
  if (type === 'RATE_LIMITED' || isLimit(200, headers, common.message)) return limited(common, headers, now)
  if (type === 'STALE_DATA') return { kind: 'stale', ...common }
  if (type === 'NOT_FOUND') return { kind: 'missing', ...common }
  if (type === 'FORBIDDEN') return { kind: 'permission', ...common }
  return { kind: 'refused', ...common }
}

function isLimit(status: number, headers: Headers, message: string): boolean {
  if (status === 429 || headers['retry-after'] !== undefined) return true
  if (String(headers['x-ratelimit-remaining']) === '0' && status !== 200) return true
  return /rate limit|temporarily blocked from content creation|abuse detection/i.test(message)
}

function limited(common: Omit<GitHubFailure, 'kind'>, headers: Headers, now: number): GitHubFailure {
  const retryAfterMs = retryAfter(headers, now)
  return { kind: 'limited', ...common, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** `retry-after` first; the reset time says something only when the budget is used up. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const seconds = Number(headers['retry-after'])
  if (headers['retry-after'] !== undefined && Number.isFinite(seconds)) return Math.max(seconds, 1) * 1000
  if (String(headers['x-ratelimit-remaining']) !== '0') return undefined
  const reset = Number(headers['x-ratelimit-reset'])
  return Number.isFinite(reset) ? Math.max(reset * 1000 - now, 0) + 1000 : undefined
}

/** `errors` comes as objects, as texts, or as one object instead of a list. */
function detailsOf(data: unknown): string[] {
  if (!isRecord(data) || data.errors === undefined) return []
  const list: unknown[] = Array.isArray(data.errors) ? data.errors : [data.errors]
  return list.map(detailOf).filter((detail) => detail !== '')
}

function detailOf(entry: unknown): string {
  if (typeof entry === 'string') return entry
  if (!isRecord(entry)) return ''
  if (typeof entry.message === 'string') return entry.message
  return [entry.resource, entry.field, entry.code].map(textOf).filter(Boolean).join(' ')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
