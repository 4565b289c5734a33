interface Paced {
  /** When gates were last decided, as far as was asked for; milliseconds since the epoch. */
  readonly ran?: number
  /** When they are decided next. */
  readonly due?: number
}

/**
 * Spreads how often gates are decided again for the same reason: the first change at once, all that follow within the pause together at
 * its end. Whatever comes last is always followed by a decision.
 */
export class GatePace {
  readonly #pauseMs: number
  readonly #paced = new Map<string, Paced>()

  constructor(pauseMs = 60_000) {
    this.#pauseMs = pauseMs
  }

  /** Milliseconds from `now` to the decision that takes in this change; it is wanted no sooner than after `delayMs`. */
  delayFor(key: string, now: number, delayMs = 0): number {
    this.#forget(now)
    const { ran, due } = settle(this.#paced.get(key) ?? {}, now)
    const free = ran === undefined ? now : ran + this.#pauseMs
    const next = Math.min(due ?? Number.POSITIVE_INFINITY, Math.max(now + delayMs, free))
    this.#paced.set(key, { ...(ran !== undefined && { ran }), due: next })
    return next - now
  }

  #forget(now: number): void {
    for (const [key, { ran, due }] of this.#paced) {
      if (Math.max(ran ?? 0, due ?? 0) + this.#pauseMs <= now) this.#paced.delete(key)
    }
  }
}

function settle(paced: Paced, now: number): Paced {
  return paced.due !== undefined && paced.due <= now ? { ran: paced.due } : paced
}
