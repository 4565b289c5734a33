/** Ids of webhooks that were handled, so that a replay does nothing. Holds the newest `limit`. */
export class RecentDeliveries {
  readonly #limit: number
  readonly #ids = new Set<string>()

  constructor(limit = 10_000) {
    this.#limit = limit
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** Only once its jobs are stored: GitHub repeats a failed delivery under the same id. */
  add(id: string): void {
    this.#ids.add(id)
    const oldest = this.#ids.values().next().value
    if (this.#ids.size > this.#limit && oldest !== undefined) this.#ids.delete(oldest)
  }
}
