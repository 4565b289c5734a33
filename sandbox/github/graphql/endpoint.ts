import type { Hono } from 'hono'
import type { Environment } from '../http/api.ts'
import { authenticate } from '../http/authenticate.ts'
import { ANONYMOUS, type Caller } from '../http/caller.ts'
import type { RateLimits } from '../http/rate-limit.ts'
import { Refusal } from '../http/refusal.ts'
import type { PreparedAnswer } from '../switches.ts'
import type { World } from '../world.ts'
import { executeQuery } from './execute.ts'

const PATH = '/api/graphql'

/** GraphQL where GitHub Enterprise Server has it. What a resolver refuses is 200 with `errors`, as GitHub does it. */
export function mountGraphql(app: Hono<Environment>, world: World, limits: RateLimits): void {
  app.post(PATH, async (context) => {
    const prepared = world.switches.refusalOf('POST', PATH)
    if (prepared === 'reset') return cut(context.env.incoming.socket)
    if (prepared && prepared !== 'lost') return json(prepared)
    const answer = await answerOf(world, limits, context.req.header('authorization'), await context.req.text())
    return prepared === 'lost' ? cut(context.env.incoming.socket) : json(answer)
  })
}

interface GraphqlAnswer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

async function answerOf(
  world: World,
  limits: RateLimits,
  authorization: string | undefined,
  text: string,
): Promise<GraphqlAnswer> {
  let caller: Caller = ANONYMOUS
  try {
    caller = authenticate(world, authorization)
    if (caller.kind === 'anonymous' || caller.kind === 'app') throw new Refusal(401, 'Requires authentication')
    const limited = chargeBudget(limits, caller)
    const body = limited ?? (await executeQuery({ world, caller }, parseRequest(text)))
    return { status: 200, body, headers: limits.headers(caller, 'graphql') }
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure
    return { status: failure.status, body: failure.body(), headers: limits.headers(caller, 'graphql') }
  }
}

/** A used-up budget is an error in a 200. */
function chargeBudget(limits: RateLimits, caller: Caller): unknown {
  try {
    limits.charge(caller, 'graphql')
    return undefined
  } catch (failure) {
    return { errors: [{ type: 'RATE_LIMITED', message: (failure as Error).message }] }
  }
}

function parseRequest(text: string): { query: string; variables: Record<string, unknown> } {
  try {
    const { query, variables } = JSON.parse(text) as { query?: unknown; variables?: Record<string, unknown> }
    if (typeof query === 'string') return { query, variables: variables ?? {} }
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
  throw new Refusal(400, 'A query attribute must be specified and must be a string.')
}

function json(answer: GraphqlAnswer | PreparedAnswer): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers }
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers })
}

function cut(socket: { destroy(): unknown }): Response {
  socket.destroy()
  return new Response(null, { status: 500 })
}
