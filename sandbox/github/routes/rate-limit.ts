import { ok } from '../http/answer.ts'
import type { RateLimits } from '../http/rate-limit.ts'
import { globalRoute, type Route } from '../http/route.ts'

/** Asking costs nothing. */
export function rateLimitRoutes(limits: RateLimits): Route[] {
  return [
    globalRoute('GET', '/rate_limit', 'anyone', (call) => {
      const core = limits.state(call.caller, 'core')
      const graphql = limits.state(call.caller, 'graphql')
      return ok({ resources: { core, graphql, search: { ...core, limit: 30, remaining: 30, used: 0 } }, rate: core })
    }),
  ]
}
