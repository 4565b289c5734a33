import type { Clock } from './clock.ts'

/** For how long GitHub may still answer as if a write of ours had not happened. */
const LAG_MS = 60_000
const REMEMBERED = 1000

/** What this process wrote a moment ago, so that "no such thing" can be told from "not visible yet". */
export class OwnWrites {
  readonly #clock: Clock
  readonly #written = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `thing` is any name both sides use, e.g. `branch acme/shop lockstep/state`. */
  note(thing: string): void {
    this.#written.delete(thing)
    this.#written.set(thing, this.#clock.now())
    const oldest = this.#written.keys().next().value
    if (this.#written.size > REMEMBERED && oldest !== undefined) this.#written.delete(oldest)
  }

  /** It was removed: that it is not there is the truth. */
  forget(thing: string): void {
    this.#written.delete(thing)
  }

  isFresh(thing: string): boolean {
    const time = this.#written.get(thing)
    return time !== undefined && this.#clock.now() - time < LAG_MS
  }
}
