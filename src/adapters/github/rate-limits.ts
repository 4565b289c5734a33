import type { Clock } from './clock.ts'
import { GitHubError } from './github-error.ts'
import type { GitHubFailure } from './github-failure.ts'

const MINUTE = 60_000

/** When GitHub asks an installation to wait, everything of that installation waits, reads and writes alike. */
export class RateLimits {
  readonly #clock: Clock
  readonly #longestWaitMs: number
  #closedUntil = 0
  #last: GitHubFailure | undefined
  #unexplained = 0

  /** Waits longer than `longestWaitMs` are refused with GITHUB_LIMITED, so that no worker sleeps for an hour. */
  constructor(clock: Clock, longestWaitMs: number) {
    this.#clock = clock
    this.#longestWaitMs = longestWaitMs
  }

  get closedUntil(): number {
    return this.#closedUntil
  }

  /** GitHub said to wait; without a time it is a minute, doubled each time until a call works. */
  hit(failure: GitHubFailure): void {
    const wait = failure.retryAfterMs ?? MINUTE * 2 ** Math.min(this.#unexplained++, 4)
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.now() + wait)
    this.#last = failure
  }

  worked(): void {
    this.#unexplained = 0
  }

  get closedForLong(): boolean {
    return this.#left > this.#longestWaitMs
  }

  async wait(what: string): Promise<void> {
    this.refuseLongWait(what)
    if (this.#left > 0) await this.#clock.sleep(this.#left)
  }

  refuseLongWait(what: string): void {
    if (this.closedForLong && this.#last) throw new GitHubError({ ...this.#last, retryAfterMs: this.#left }, what)
  }

  get #left(): number {
    return this.#closedUntil - this.#clock.now()
  }
}
