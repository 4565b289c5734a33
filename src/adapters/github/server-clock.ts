import type { Clock } from './clock.ts'

type Fetch = typeof globalThis.fetch
const SECOND = 1000

/**
 * The time as GitHub tells it with every answer: all processes share it, however wrong the clocks of their machines are. Before the first
 * answer it is this machine's, as it is where that cannot be told from GitHub's.
 */
export class ServerClock {
  readonly #clock: Clock
  #aheadMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): Date {
    return new Date(this.#clock.now() + this.#aheadMs)
  }

  /** `fetch` that looks at the `Date` of each answer. */
  watch(fetch: Fetch): Fetch {
    return async (input, init) => {
      const sent = this.#clock.now()
      const answer = await fetch(input, init)
      this.#learn(Date.parse(answer.headers.get('date') ?? ''), sent, this.#clock.now())
      return answer
    }
  }

  /** The answer was made between both moments, within the second that it names: only what is certainly wrong is corrected. */
  #learn(date: number, sent: number, received: number): void {
    if (Number.isNaN(date)) return
    const [least, most] = [date - received, date + SECOND - sent]
    this.#aheadMs = Math.min(Math.max(this.#aheadMs, least), most)
  }
}
