import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { isGitRequest, serveGitRequest } from './git/endpoint.ts'
import { createApi, type Environment } from './http/api.ts'
import type { RateLimits } from './http/rate-limit.ts'
import { allRoutes } from './routes/index.ts'
import { mountSite } from './site.ts'
import type { UnderWay } from './under-way.ts'
import type { World } from './world.ts'

/** Git's addresses go to git, everything else to the API and the pages. A request is under way until its work is done, answered or not. */
export function createListener(world: World, limits: RateLimits, underWay: UnderWay): RequestListener {
  const app = new Hono<Environment>()
  app.route('/', createApi(world, allRoutes(limits), limits))
  mountSite(app, world, limits)
  const answer = getRequestListener((request, bindings) =>
    underWay.track(Promise.resolve(app.fetch(request, bindings as HttpBindings))),
  )
  return (request, response) => {
    if (isGitRequest(request)) void underWay.track(serveGitRequest(world, request, response))
    else void answer(request, response)
  }
}

/** Listens on `port`, or on the next free one. 0 takes any. */
export async function listen(listener: RequestListener, host: string, port: number): Promise<Server> {
  for (let candidate = port; ; candidate += 1) {
    const server = createServer(listener)
    const failure = await tryListen(server, host, candidate)
    if (failure === undefined) return server
    if (failure.code !== 'EADDRINUSE' || candidate >= 65_535) throw failure
  }
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function tryListen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>()
  server.once('error', resolve)
  server.listen(port, host, () => resolve(undefined))
  return promise
}
