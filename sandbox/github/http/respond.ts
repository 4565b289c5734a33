import { createHash, randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import type { Answer } from './answer.ts'
import { shapeFor } from './api-version.ts'
import type { Caller } from './caller.ts'
import type { RateLimits } from './rate-limit.ts'
import type { Method } from './route.ts'

/** One request on its way through, filled as more becomes known. */
export interface Exchange {
  readonly world: World
  readonly limits: RateLimits
  readonly method: Method
  readonly path: string
  readonly requestHeaders: Headers
  readonly resource: string
  /** Added to the answer, refused or not. */
  readonly headers: Record<string, string>
  caller: Caller
  version: string
}

/** The answer with GitHub's headers; 304 without a charge where the client already has it. */
export function respond(exchange: Exchange, answer: Answer): Response {
  const bytes = bodyOf(exchange, answer)
  const headers = new Headers({ ...commonHeaders(exchange), ...contentType(answer) })
  if (exchange.method === 'GET' && answer.status === 200) {
    const etag = `W/"${createHash('sha256')
      .update(bytes ?? '')
      .digest('hex')}"`
    headers.set('etag', etag)
    if (matches(exchange.requestHeaders.get('if-none-match'), etag)) return notModified(exchange, headers)
  }
  for (const [name, value] of Object.entries({ ...limitHeaders(exchange), ...exchange.headers, ...answer.headers })) {
    headers.set(name, value)
  }
  const empty = bytes === undefined || answer.status === 204
  return new Response(empty ? null : new Uint8Array(Buffer.from(bytes)), { status: answer.status, headers })
}

function notModified(exchange: Exchange, headers: Headers): Response {
  exchange.limits.refund(exchange.caller, exchange.resource)
  for (const [name, value] of Object.entries(limitHeaders(exchange))) headers.set(name, value)
  headers.delete('content-type')
  return new Response(null, { status: 304, headers })
}

function bodyOf(exchange: Exchange, answer: Answer): Buffer | string | undefined {
  if (answer.raw) return answer.raw.bytes
  return answer.body === undefined ? undefined : JSON.stringify(shapeFor(exchange.version, answer.body))
}

function contentType(answer: Answer): Record<string, string> {
  if (answer.raw) return { 'content-type': answer.raw.type }
  return answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }
}

function commonHeaders(exchange: Exchange): Record<string, string> {
  return {
    date: exchange.world.clock().toUTCString(),
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': exchange.version,
  }
}

function limitHeaders(exchange: Exchange): Record<string, string> {
  return exchange.limits.headers(exchange.caller, exchange.resource)
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
  return header.split(',').some((tag) => bare(tag) === bare(etag))
}
