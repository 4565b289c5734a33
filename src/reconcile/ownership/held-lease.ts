import { LockstepError } from '../../model/errors.ts'
import type { LeaseDurations } from './durations.ts'

/** The right to write into a cluster, for as long as it lasts. */
export interface HeldLease {
  /** Aborted when it is over: lost, or about to be given up. */
  readonly signal: AbortSignal
  /** Milliseconds that a write sent now may take. Throws LEASE_LOST, and ends what `signal` ends, where that is too little. */
  timeForWrite(): number
}

/** A lease from when it was taken until it ends, on a monotonic clock that goes on while the process is stopped. */
export class Term implements HeldLease {
  readonly #cluster: string
  readonly #elapsed: () => number
  readonly #durations: LeaseDurations
  readonly #over = new AbortController()
  #until: number

  constructor(cluster: string, sentAt: number, elapsed: () => number, durations: LeaseDurations) {
    this.#cluster = cluster
    this.#elapsed = elapsed
    this.#durations = durations
    this.#until = sentAt + durations.lease
  }

  get signal(): AbortSignal {
    return this.#over.signal
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** `sentAt`: before the renewal was sent, so that this side never counts longer than the other. */
  renewed(sentAt: number): void {
    this.#until = sentAt + this.#durations.lease
  }

  /** Until others may think that it is free; not above zero once it has run out. */
  left(): number {
    return this.#until - this.#elapsed()
  }

  timeForWrite(): number {
    const left = this.left()
    if (left < this.#durations.shortestWrite) this.end()
    if (this.isOver) throw leaseLost(this.#cluster)
    return left
  }

  end(): void {
    if (!this.isOver) this.#over.abort(leaseLost(this.#cluster))
  }
}

function leaseLost(cluster: string): LockstepError {
  return new LockstepError(
    {
      code: 'LEASE_LOST',
      message: `This worker no longer holds cluster ${cluster}, so nothing more was written to it.`,
      remedy: 'Nothing to do: the worker that holds it now goes on where this one stopped.',
    },
    { kind: 'unreachable' },
  )
}
