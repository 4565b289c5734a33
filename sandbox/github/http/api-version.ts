import { Refusal } from './refusal.ts'

const DEFAULT = '2022-11-28'
const LATEST = '2026-03-10'

/** The version a request is answered in. Throws 400 for one that does not exist. */
export function apiVersion(header: string | undefined): string {
  const version = header ?? DEFAULT
  if (version === DEFAULT || version === LATEST) return version
  throw new Refusal(400, `Invalid API version: ${version}`)
}

/** Takes away what the newer version no longer has, wherever a body carries it. */
export function shapeFor(version: string, body: unknown): unknown {
  if (version === DEFAULT || typeof body !== 'object' || body === null) return body
  if (Array.isArray(body)) return body.map((item) => shapeFor(version, item))
  const isPullRequest = 'merge_commit_sha' in body
  const isRateLimit = 'rate' in body && 'resources' in body
  const gone = (key: string): boolean =>
    (isPullRequest && key === 'merge_commit_sha') || (isRateLimit && key === 'rate')
  const kept = Object.entries(body).filter(([key]) => !gone(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, shapeFor(version, value)]))
}
