import type { Clock } from '../ports.ts'

/**
 * Runs `work` a moment after a key was first asked for, once for all that was asked meanwhile. One run at a time for a key; asked for while
 * it runs, it runs once more. The first failure is kept for `failure`.
 */
export class Debounce {
  failure: unknown
  readonly #work: (key: string) => Promise<void>
  readonly #clock: Clock
  readonly #pauseMs: number
  readonly #signal: AbortSignal
  readonly #waiting = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()

  constructor(options: { work: (key: string) => Promise<void>; clock: Clock; pauseMs: number; signal: AbortSignal }) {
    this.#work = options.work
    this.#clock = options.clock
    this.#pauseMs = options.pauseMs
    this.#signal = options.signal
  }

  ask(key: string): void {
    this.#waiting.add(key)
    if (!this.#running.has(key)) this.#running.set(key, this.#drain(key))
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  async #drain(key: string): Promise<void> {
    while (this.#waiting.has(key) && !this.#signal.aborted) {
      await this.#clock.sleep(this.#pauseMs, this.#signal)
      this.#waiting.delete(key)
      await this.#work(key).catch((error: unknown) => {
        this.failure ??= error
      })
    }
    this.#running.delete(key)
  }
}
