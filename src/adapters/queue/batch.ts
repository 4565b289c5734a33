interface Waiting<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Brings together what is added at about the same moment: a thousand jobs are stored as fast as a few. */
export class Batch<T> {
  readonly #store: (items: readonly T[]) => Promise<void>
  #waiting: Waiting<T>[] = []

  constructor(store: (items: readonly T[]) => Promise<void>) {
    this.#store = store
  }

  /** Settles with the batch that the item went with. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#flush())
      this.#waiting.push({ item, resolve, reject })
    })
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = []
    try {
      await this.#store(batch.map(({ item }) => item))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
