import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { Repository } from '../state/repository.ts'
import type { PreparedAnswer } from '../switches.ts'
import type { World } from '../world.ts'
import { acceptedPermissions, checkAccess } from './access.ts'
import type { Answer } from './answer.ts'
import { apiVersion } from './api-version.ts'
import { acceptedBy } from './audience.ts'
import { authenticate } from './authenticate.ts'
import { ANONYMOUS, type Caller } from './caller.ts'
import { Input } from './input.ts'
import type { RateLimits } from './rate-limit.ts'
import { Refusal } from './refusal.ts'
import { type Exchange, respond } from './respond.ts'
import type { Audience, Call, Method, Route } from './route.ts'

export type Environment = { Bindings: HttpBindings }
type RequestContext = Context<Environment>

const PREFIX = '/api/v3'

/** The REST interface below `/api/v3`. Paths that no route knows answer 404 and are remembered. */
export function createApi(world: World, routes: readonly Route[], limits: RateLimits): Hono<Environment> {
  const app = new Hono<Environment>()
  for (const route of routes) {
    for (const path of pathsOf(route)) {
      app.on(route.method, `${PREFIX}${path}`, (context) => answer(world, limits, route, context))
    }
  }
  app.all(`${PREFIX}/*`, (context) => unknownRoute(world, limits, context))
  return app
}

/** Every repository route also answers under the id of the repository. */
function pathsOf(route: Route): string[] {
  if (route.kind === 'global') return [route.path]
  return [`/repos/:owner/:repo${route.path}`, `/repositories/:repository_id${route.path}`]
}

async function answer(world: World, limits: RateLimits, route: Route, context: RequestContext): Promise<Response> {
  const exchange = openExchange(world, limits, context)
  const prepared = world.switches.refusalOf(exchange.method, exchange.path)
  if (prepared === 'reset') return cut(context)
  if (prepared && prepared !== 'lost') return respond(exchange, preparedAnswer(prepared))
  const response = await respond(
    exchange,
    await attempt(exchange, () => handle(world, limits, route, context, exchange)),
  )
  return prepared === 'lost' ? cut(context) : response
}

async function handle(
  world: World,
  limits: RateLimits,
  route: Route,
  context: RequestContext,
  exchange: Exchange,
): Promise<Answer> {
  exchange.version = apiVersion(context.req.header('x-github-api-version'))
  exchange.caller = authenticate(world, context.req.header('authorization'))
  if (exchange.path !== '/rate_limit') limits.charge(exchange.caller, exchange.resource)
  if (route.kind === 'repository') exchange.headers['x-accepted-github-permissions'] = acceptedPermissions(route.needs)
  const call = await callOf(world, context, exchange)
  if (route.kind === 'global') {
    checkAudience(exchange.caller, route.audience)
    return route.handle(call)
  }
  const repository = findRepository(world, call)
  checkAccess(world, exchange.caller, repository, route.needs)
  if (repository.archived && exchange.method !== 'GET') {
    throw new Refusal(403, 'Repository was archived so is read-only.')
  }
  if (route.createsContent) limits.chargeContent(exchange.caller)
  return route.handle({ ...call, repository })
}

function openExchange(world: World, limits: RateLimits, context: RequestContext): Exchange {
  return {
    world,
    limits,
    method: context.req.method as Method,
    path: new URL(context.req.url).pathname.slice(PREFIX.length) || '/',
    requestHeaders: context.req.raw.headers,
    caller: ANONYMOUS,
    version: '2022-11-28',
    resource: 'core',
    headers: {},
  }
}

async function callOf(world: World, context: RequestContext, exchange: Exchange): Promise<Call> {
  const body = exchange.method === 'GET' ? '' : await context.req.text()
  return {
    world,
    caller: exchange.caller,
    method: exchange.method,
    path: exchange.path,
    params: context.req.param() as Record<string, string>,
    query: new URL(context.req.url).searchParams,
    headers: context.req.raw.headers,
    input: Input.parse(body),
  }
}

async function attempt(exchange: Exchange, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (failure) {
    if (failure instanceof Refusal) return { status: failure.status, body: failure.body(), headers: failure.headers }
    // A defect of the stand-in must be seen by whoever runs it, not only as a status.
    console.error(`local GitHub failed on ${exchange.method} ${exchange.path}:`, failure)
    return { status: 500, body: { message: 'Server Error', status: '500' } }
  }
}

function checkAudience(caller: Caller, audience: Audience): void {
  const refusal = acceptedBy(caller, audience)
  if (refusal) throw refusal
}

/** Throws 404, or the redirection of a renamed repository: 301 for reads, 307 keeps the verb of writes. */
function findRepository(world: World, call: Call): Repository {
  const { owner = '', repo = '', repository_id: id } = call.params
  const found = id === undefined ? world.repository(owner, repo) : world.repositories.get(Number(id))
  if (found) return found
  const renamed = world.formerNames.get(`${owner}/${repo}`.toLowerCase())
  if (renamed === undefined) throw new Refusal(404, 'Not Found')
  const rest = call.path.split('/').slice(4)
  const location = `${world.apiUrl}/${['repositories', renamed, ...rest].join('/')}`
  throw new Redirect(call.method === 'GET' ? 301 : 307, location)
}

class Redirect extends Refusal {
  readonly #location: string

  constructor(status: number, location: string) {
    super(status, 'Moved Permanently', { headers: { location } })
    this.#location = location
  }

  override body(): Record<string, unknown> {
    return { message: this.message, url: this.#location, documentation_url: 'https://docs.github.com/rest' }
  }
}

function preparedAnswer(prepared: PreparedAnswer): Answer {
  return { status: prepared.status, body: prepared.body, ...(prepared.headers ? { headers: prepared.headers } : {}) }
}

async function unknownRoute(world: World, limits: RateLimits, context: RequestContext): Promise<Response> {
  const exchange = openExchange(world, limits, context)
  const prepared = world.switches.refusalOf(exchange.method, exchange.path)
  if (prepared === 'reset' || prepared === 'lost') return cut(context)
  world.unknownRequests.push(`${exchange.method} ${exchange.path}`)
  return respond(
    exchange,
    prepared ? preparedAnswer(prepared) : { status: 404, body: new Refusal(404, 'Not Found').body() },
  )
}

/** Ends the connection without an answer. */
function cut(context: RequestContext): Response {
  context.env.incoming.socket.destroy()
  return new Response(null, { status: 500 })
}
