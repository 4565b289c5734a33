interface Alarm {
  readonly at: number
  readonly ring: () => void
}

/** Time that goes as fast as what waits for it: `run` lets every sleeper wake in order. Milliseconds. */
export class VirtualTime {
  #now = 0
  #alarms: Alarm[] = []

  get now(): number {
    return this.#now
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const alarm = { at: this.#now + Math.max(0, milliseconds), ring: resolve }
      this.#alarms.push(alarm)
      signal?.addEventListener('abort', () => {
        this.#alarms = this.#alarms.filter((one) => one !== alarm)
        resolve()
      })
    })
  }

  async run(until: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const next = this.#alarms.reduce<Alarm | undefined>(
        (best, one) => (best && best.at <= one.at ? best : one),
        undefined,
      )
      if (!next || next.at > until) break
      this.#alarms = this.#alarms.filter((one) => one !== next)
      this.#now = next.at
      next.ring()
    }
    this.#now = until
  }
}
