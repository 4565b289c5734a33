/** Written at once. */
const MOST = 60
/** Then one each. */
const REFILL_MS = 6_000

/** How many Events may still be written to a cluster: whatever goes wrong there, it is not told so often that it becomes the trouble. */
export class EventBudget {
  #left = MOST
  #at: number | undefined
  #closedUntil = Number.NEGATIVE_INFINITY

  /** Whether one may be written now, in milliseconds since the epoch; then it counts. */
  take(now: number): boolean {
    this.#refill(now)
    if (now < this.#closedUntil || this.#left < 1) return false
    this.#left -= 1
    return true
  }

  /** The server does not want them: none for a while. */
  closeFor(milliseconds: number, now: number): void {
    this.#closedUntil = now + milliseconds
  }

  #refill(now: number): void {
    const since = now - (this.#at ?? now)
    this.#at = now
    this.#left = Math.min(MOST, this.#left + since / REFILL_MS)
  }
}
