import { endRuns, type Running } from './running.ts'

/** What has to be known of a job to give it its turn. */
export interface Turn {
  readonly delayMs?: number
  /** Before those that are not. */
  readonly urgent?: boolean
}

/** Runs the job of an id to its end; answers when it has to have another turn. Never rejects. */
export type RunJob = (id: string, signal: AbortSignal) => Promise<Turn | undefined>

interface Waiting {
  /** Epoch milliseconds before which it does not run. */
  readonly runAt: number
}

/** Gives the jobs of one lane their turns within one process: one of an id at a time, so many at once, urgent ones first, else as they came. */
export class LaneRunner {
  readonly #run: RunJob
  readonly #concurrency: number
  readonly #urgent = new Map<string, Waiting>()
  readonly #ordinary = new Map<string, Waiting>()
  readonly #running = new Map<string, Running>()
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(concurrency: number, run: RunJob) {
    this.#concurrency = concurrency
    this.#run = run
  }

  /** Ids that wait already keep their place, unless they are wanted sooner or before others; those that run have another turn afterwards. */
  offer(turns: Iterable<readonly [id: string, turn: Turn]>): void {
    for (const [id, turn] of turns) this.#place(id, turn)
    this.#wake()
  }

  /** Waits or runs. */
  has(id: string): boolean {
    return this.#urgent.has(id) || this.#ordinary.has(id) || this.#running.has(id)
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await endRuns(this.#running.values(), graceMs)
  }

  #place(id: string, { delayMs = 0, urgent = false }: Turn): void {
    const known = this.#urgent.get(id) ?? this.#ordinary.get(id)
    const runAt = Math.min(Date.now() + delayMs, known?.runAt ?? Number.POSITIVE_INFINITY)
    const isUrgent = urgent || this.#urgent.has(id)
    if (isUrgent) this.#ordinary.delete(id)
    const place = isUrgent ? this.#urgent : this.#ordinary
    place.set(id, { runAt })
  }

  /** Starts all that may run now, and sets the alarm for the next that may run later. */
  #wake(): void {
    clearTimeout(this.#timer)
    let next = Number.POSITIVE_INFINITY
    for (const place of [this.#urgent, this.#ordinary]) next = Math.min(next, this.#startFrom(place))
    if (next < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#wake(), Math.max(0, next - Date.now()))
  }

  /** Answers when the next of those that may only run later may. */
  #startFrom(place: Map<string, Waiting>): number {
    let next = Number.POSITIVE_INFINITY
    for (const [id, { runAt }] of place) {
      if (this.#stopped || this.#running.size >= this.#concurrency) break
      if (runAt > Date.now()) next = Math.min(next, runAt)
      else if (!this.#running.has(id)) {
        place.delete(id)
        this.#start(id)
      }
    }
    return next
  }

  #start(id: string): void {
    const abort = new AbortController()
    const done = Promise.resolve()
      .then(() => this.#run(id, abort.signal))
      .then((again) => {
        this.#running.delete(id)
        if (this.#stopped) return
        if (again) this.offer([[id, again]])
        else this.#wake()
      })
    this.#running.set(id, { abort, done })
  }
}
