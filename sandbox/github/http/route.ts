import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import type { Needs } from './access.ts'
import type { Answer } from './answer.ts'
import type { Actor, Caller } from './caller.ts'
import type { Input } from './input.ts'
import { Refusal } from './refusal.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Call {
  readonly world: World
  readonly caller: Caller
  readonly method: Method
  /** Below the API address, e.g. `/repos/acme/shop/pulls`. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly input: Input
}

export interface RepositoryCall extends Call {
  readonly repository: Repository
}

/** Who may call a route that belongs to no repository. */
export type Audience = 'anyone' | 'app' | 'installation' | 'user' | 'authenticated'

interface RouteFrame {
  readonly method: Method
  /** A Hono pattern below the API address. */
  readonly path: string
  /** Counts against the limit on content creation. */
  readonly createsContent: boolean
}

export interface GlobalRoute extends RouteFrame {
  readonly kind: 'global'
  readonly audience: Audience
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

export interface RepositoryRoute extends RouteFrame {
  readonly kind: 'repository'
  readonly needs: Needs
  readonly handle: (call: RepositoryCall) => Answer | Promise<Answer>
}

export type Route = GlobalRoute | RepositoryRoute

export function globalRoute(method: Method, path: string, audience: Audience, handle: GlobalRoute['handle']): Route {
  return { kind: 'global', method, path, audience, handle, createsContent: false }
}

/** `path` is what follows `/repos/{owner}/{repo}`. */
export function repositoryRoute(
  method: Method,
  path: string,
  needed: Needs,
  handle: RepositoryRoute['handle'],
  options: { createsContent?: boolean } = {},
): Route {
  return { kind: 'repository', method, path, needs: needed, handle, createsContent: options.createsContent ?? false }
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

/** A numeric path parameter; NaN finds nothing. */
export function numberParam(call: Call, name: string): number {
  return /^\d+$/.test(param(call, name)) ? Number(param(call, name)) : Number.NaN
}

/** The caller as somebody with an account. Throws 401 for the others. */
export function actor(call: Call): Actor {
  if (call.caller.kind === 'user' || call.caller.kind === 'installation') return call.caller
  throw new Refusal(401, 'Requires authentication')
}
