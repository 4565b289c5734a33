export interface LooksOptions {
  readonly work: (key: string) => Promise<void>
  /** Something else works there: the look waits until `resume`. */
  readonly isBusy: (key: string) => boolean
  /** Looks under way at one time. */
  readonly atOnce: number
  readonly signal: AbortSignal
}

/**
 * Looks at what is asked for at once, one look at a time for a key; asked for while it waits or runs, there is one more. The first failure
 * is kept for `failure`.
 */
export class Looks {
  failure: unknown
  readonly #options: LooksOptions
  readonly #waiting = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  /** Something else worked there during the look that runs. */
  readonly #disturbed = new Set<string>()

  constructor(options: LooksOptions) {
    this.#options = options
  }

  ask(key: string): void {
    this.#waiting.add(key)
    this.#start()
  }

  /** Whatever kept this one busy has ended. */
  resume(key: string): void {
    if (this.#running.has(key)) this.#disturbed.add(key)
    if (this.#waiting.has(key)) this.#start()
  }

  /** For a look that runs: nothing else worked there since it began. */
  isUndisturbed(key: string): boolean {
    return !this.#disturbed.has(key) && !this.#options.isBusy(key)
  }

  /** Nothing is asked or found out about it just now. */
  isQuiet(key: string): boolean {
    return !this.#waiting.has(key) && !this.#running.has(key) && !this.#options.isBusy(key)
  }

  /** Resolves when nothing runs any more. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  #start(): void {
    const { signal, atOnce, isBusy } = this.#options
    for (const key of this.#waiting) {
      if (signal.aborted || this.#running.size >= atOnce) return
      if (!this.#running.has(key) && !isBusy(key)) this.#run(key)
    }
  }

  #run(key: string): void {
    this.#waiting.delete(key)
    this.#disturbed.delete(key)
    const look = async () => {
      await this.#options.work(key).catch((error: unknown) => {
        this.failure ??= error
      })
      this.#running.delete(key)
      this.#start()
    }
    this.#running.set(key, look())
  }
}
