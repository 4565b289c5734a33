/** Those who want to be told. */
export class Listeners<T> {
  readonly #listeners = new Set<(told: T) => void>()

  /** Answers what ends the telling. */
  add(listener: (told: T) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(told: T): void {
    for (const listener of this.#listeners) listener(told)
  }
}
