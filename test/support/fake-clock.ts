/** A clock that jumps instead of waiting. `slept` lists what was waited for, in milliseconds. */
export class FakeClock {
  readonly slept: number[] = []
  #now: number

  constructor(now = Date.parse('2026-01-05T12:00:00Z')) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds)
    this.#now += milliseconds
    await new Promise((resolve) => setImmediate(resolve))
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}
