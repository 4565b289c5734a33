import type { World } from '../world.ts'
import type { Caller } from './caller.ts'
import { Refusal } from './refusal.ts'

const HOUR = 3600
const CONTENT_PER_MINUTE = 80
const CONTENT_PER_HOUR = 500

interface Budget {
  used: number
  /** Epoch seconds. */
  reset: number
}

/** GitHub's hourly budgets by caller, and its brake on writing content. */
export class RateLimits {
  readonly #world: World
  readonly #budgets = new Map<string, Budget>()
  readonly #content = new Map<string, number[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** Takes one request from the caller's budget. Throws 403 when there is none left. */
  charge(caller: Caller, resource: string): void {
    const budget = this.#budget(caller, resource)
    if (budget.used >= this.limit(caller)) throw new Refusal(403, `API rate limit exceeded for ${callerKey(caller)}.`)
    budget.used += 1
  }

  refund(caller: Caller, resource: string): void {
    this.#budget(caller, resource).used -= 1
  }

  /** Uses up everything but `remaining`. */
  spend(caller: Caller, resource: string, remaining: number): void {
    this.#budget(caller, resource).used = this.limit(caller) - remaining
  }

  /** Throws the secondary limit when this caller wrote too much within the last minute or hour. */
  chargeContent(caller: Caller): void {
    const now = this.#seconds()
    const recent = (this.#content.get(callerKey(caller)) ?? []).filter((time) => time > now - HOUR)
    this.#content.set(callerKey(caller), recent)
    if (recent.length >= CONTENT_PER_HOUR || recent.filter((time) => time > now - 60).length >= CONTENT_PER_MINUTE) {
      throw new Refusal(
        403,
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
      )
    }
    recent.push(now)
  }

  headers(caller: Caller, resource: string): Record<string, string> {
    const { limit, remaining, used, reset } = this.state(caller, resource)
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    }
  }

  state(caller: Caller, resource: string): { limit: number; remaining: number; used: number; reset: number } {
    const budget = this.#budget(caller, resource)
    const limit = this.limit(caller)
    return {
      limit,
      remaining: Math.max(0, limit - budget.used),
      used: Math.min(limit, budget.used),
      reset: budget.reset,
    }
  }

  /** 60 for strangers; installations get 50 more for each repository above 20. */
  limit(caller: Caller): number {
    if (caller.kind === 'anonymous') return 60
    if (caller.kind !== 'installation') return 5000
    const { account, repositories } = caller.installation
    const owned = this.#world.repositories.values().filter((repository) => repository.owner === account)
    const count = repositories?.size ?? [...owned].length
    return Math.min(12_500, 5000 + 50 * Math.max(0, count - 20))
  }

  #budget(caller: Caller, resource: string): Budget {
    const key = `${callerKey(caller)} ${resource}`
    const now = this.#seconds()
    const known = this.#budgets.get(key)
    if (known && known.reset > now) return known
    const fresh = { used: 0, reset: now + HOUR }
    this.#budgets.set(key, fresh)
    return fresh
  }

  #seconds(): number {
    return Math.floor(this.#world.clock().getTime() / 1000)
  }
}

function callerKey(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'user':
      return `user ${caller.account.login}`
    case 'app':
      return `app ${caller.app.slug}`
    case 'installation':
      return `installation ID ${caller.installation.id}`
  }
}
