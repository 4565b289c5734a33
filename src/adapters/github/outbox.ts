import type { Clock } from './clock.ts'
import type { Pace, WriteKind } from './pacing.ts'
import type { RateLimits } from './rate-limits.ts'

/**
 * Earlier ones go first: what stops a merge, what else is a gate, what changes a repository, then what informs, then what is kept for
 * history.
 */
export const PRIORITIES = ['stop', 'gate', 'change', 'check', 'comment', 'history'] as const
export type Priority = (typeof PRIORITIES)[number]

export interface Letter<T> {
  /** What it writes to, e.g. `acme/shop comment 7 preview`. */
  readonly surface: string
  readonly priority: Priority
  /** True when it may create something. */
  readonly creates: boolean
  /** A newer letter to the same surface takes the place of one that still waits; both then have the newer one's result. */
  readonly replaceable?: boolean
  readonly send: (turn: Turn) => Promise<T>
}

/** Given to a letter while it is being sent: waits until the next request of that kind may go out. */
export type Turn = (kind: WriteKind) => Promise<void>

interface Waiting {
  letter: Letter<unknown>
  readonly settle: PromiseWithResolvers<unknown>[]
}

/** All writes of one installation: one at a time, the most urgent first, at GitHub's pace. */
export class Outbox {
  readonly #clock: Clock
  readonly #pace: Pace
  readonly #limits: RateLimits
  #waiting: Waiting[] = []
  #sending = false

  constructor(clock: Clock, pace: Pace, limits: RateLimits) {
    this.#clock = clock
    this.#pace = pace
    this.#limits = limits
  }

  /** Resolves with what `send` answers. Rejects with what it throws, or GITHUB_LIMITED when the wait would be too long. */
  put<T>(letter: Letter<T>): Promise<T> {
    const settle = Promise.withResolvers<unknown>()
    const twin = letter.replaceable ? this.#waiting.find((other) => isTwin(other.letter, letter)) : undefined
    if (twin) {
      twin.letter = letter
      twin.settle.push(settle)
    } else {
      this.#waiting.push({ letter, settle: [settle] })
    }
    void this.#sendAll()
    return settle.promise as Promise<T>
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    // Letters put in the same moment are sorted and merged before the first goes out.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const next = this.#mostUrgent()
      if (next) await this.#send(next)
      else await this.#waitABit()
    }
    this.#sending = false
  }

  #mostUrgent(): Waiting | undefined {
    const now = this.#clock.now()
    const ready = this.#waiting.filter(({ letter }) => this.#opensAt(letter) <= now || this.#limits.closedForLong)
    return ready.sort((one, other) => rank(one.letter) - rank(other.letter))[0]
  }

  async #send(waiting: Waiting): Promise<void> {
    this.#waiting = this.#waiting.filter((other) => other !== waiting)
    const { letter, settle } = waiting
    try {
      this.#limits.refuseLongWait(`write to ${letter.surface}`)
      const result = await letter.send((kind) => this.#turn(letter, kind))
      for (const one of settle) one.resolve(result)
    } catch (error) {
      for (const one of settle) one.reject(error)
    }
  }

  async #turn(letter: Letter<unknown>, kind: WriteKind): Promise<void> {
    await this.#limits.wait(`write to ${letter.surface}`)
    const wait = this.#pace.opensAt(kind, isGate(letter)) - this.#clock.now()
    if (wait > 0) await this.#clock.sleep(wait)
    this.#pace.took(kind, this.#clock.now())
  }

  #opensAt(letter: Letter<unknown>): number {
    const kind = letter.creates ? 'create' : 'edit'
    return Math.max(this.#pace.opensAt(kind, isGate(letter)), this.#limits.closedUntil)
  }

  /** At most a second, because something more urgent may have come. */
  async #waitABit(): Promise<void> {
    const opens = Math.min(...this.#waiting.map(({ letter }) => this.#opensAt(letter)))
    await this.#clock.sleep(Math.min(Math.max(opens - this.#clock.now(), 1), 1000))
  }
}

function isTwin(one: Letter<unknown>, other: Letter<unknown>): boolean {
  return one.replaceable === true && one.surface === other.surface
}

function isGate({ priority }: Letter<unknown>): boolean {
  return priority === 'stop' || priority === 'gate'
}

function rank(letter: Letter<unknown>): number {
  return PRIORITIES.indexOf(letter.priority)
}
