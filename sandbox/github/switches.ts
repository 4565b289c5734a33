/** How many reads still see the world before a write. */
export interface Lag {
  /** GETs of a pull request that answer `mergeable: null` after its head or base changed; at least 1. */
  mergeable: number
  /** Reads of a fresh ref that answer 404, and pull requests from it that are refused. */
  refs: number
  /** GETs of a pull request that show the head before the last push. */
  head: number
  /** Uses of a fresh installation token that answer 401. */
  tokens: number
}

export interface PreparedAnswer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** `reset` cuts the connection instead of doing the work; `lost` does the work and cuts the connection instead of answering. */
export interface Refusal {
  readonly method: string
  /** Tested against the path below the API address, e.g. `/repos/acme/shop/pulls/1/merge`; `/graphql` for GraphQL. */
  readonly path: RegExp
  /** Which matching call from now on, counted from 1 (the default). */
  readonly call?: number
  /** How many calls from there on; 1 by default. */
  readonly times?: number
  readonly answer: PreparedAnswer | 'reset' | 'lost'
}

export type DeliveryFate = 'drop' | 'duplicate'

/** Where a test makes this GitHub as late, disorderly or unwilling as the real one. */
export class Switches {
  readonly lag: Lag
  readonly #refusals: { refusal: Refusal; seen: number }[] = []
  readonly #fates: { event: string; fate: DeliveryFate }[] = []
  #held: (() => void)[] | undefined

  constructor(lag: Partial<Lag>) {
    this.lag = { mergeable: 1, refs: 0, head: 0, tokens: 0, ...lag }
  }

  refuse(refusal: Refusal): void {
    this.#refusals.push({ refusal, seen: 0 })
  }

  /** The answer prepared for this call, if it is its turn. */
  refusalOf(method: string, path: string): Refusal['answer'] | undefined {
    for (const entry of this.#refusals) {
      const { refusal } = entry
      if (refusal.method !== method || !refusal.path.test(path)) continue
      entry.seen += 1
      const first = refusal.call ?? 1
      if (entry.seen >= first && entry.seen < first + (refusal.times ?? 1)) return refusal.answer
    }
    return undefined
  }

  /** The next delivery of `event` (`pull_request`, or `pull_request.opened`) is lost, or sent twice with one GUID. */
  nextDelivery(event: string, fate: DeliveryFate): void {
    this.#fates.push({ event, fate })
  }

  fateOf(event: string, action: string | null): DeliveryFate | undefined {
    const index = this.#fates.findIndex((entry) => entry.event === event || entry.event === `${event}.${action}`)
    return index < 0 ? undefined : this.#fates.splice(index, 1)[0]?.fate
  }

  /** Keeps deliveries back until `releaseDeliveries`. */
  holdDeliveries(): void {
    this.#held ??= []
  }

  /** Sends what was kept back in the order that `order` gives; newest first unless told. */
  releaseDeliveries(order: <T>(held: readonly T[]) => readonly T[] = (held) => held.toReversed()): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const send of order(held)) send()
  }

  /** Runs `send` now, or later while deliveries are held. */
  deliver(send: () => void): void {
    if (this.#held) this.#held.push(send)
    else send()
  }
}
