import type { Hono } from 'hono'
import { mountGraphql } from './graphql/endpoint.ts'
import type { Environment } from './http/api.ts'
import type { RateLimits } from './http/rate-limit.ts'
import { mountPages } from './pages/mount.ts'
import type { World } from './world.ts'

/** What stands beside the REST interface: GraphQL and the pages for people. */
export function mountSite(app: Hono<Environment>, world: World, limits: RateLimits): void {
  mountGraphql(app, world, limits)
  mountPages(app, world)
  app.notFound((context) => {
    world.unknownRequests.push(`${context.req.method} ${new URL(context.req.url).pathname}`)
    return context.json({ message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' }, 404)
  })
}
