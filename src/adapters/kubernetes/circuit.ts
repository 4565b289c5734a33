/** Requests without an answer, one after the other, before no more are sent. */
const FAILURES = 3
/** And for how long nothing has to have been answered: a restarting server is asked again as ever. */
const SILENT_MS = 2_000
const OPEN_MS = 2_000

/** `probe`: the one request that finds out whether the server is back. */
export type Admission = 'send' | 'probe' | 'fail'

/**
 * Spares a server that does not answer, and those who would wait for it: after some requests without any answer all others fail at once, but
 * for one every two seconds. Times are monotonic milliseconds.
 */
export class Circuit {
  #failures = 0
  #silentSince = Number.POSITIVE_INFINITY
  #openUntil = Number.NEGATIVE_INFINITY
  #probing = false

  admit(now: number): Admission {
    if (!this.#isTripped(now)) return 'send'
    if (this.#probing || now < this.#openUntil) return 'fail'
    this.#probing = true
    return 'probe'
  }

  /** Whatever it said. */
  answered(admission: Admission): void {
    this.#ended(admission)
    this.#failures = 0
    this.#silentSince = Number.POSITIVE_INFINITY
  }

  /** Nothing was answered to a request that began at `startedAt`. */
  failed(admission: Admission, startedAt: number, now: number): void {
    this.#ended(admission)
    this.#failures++
    this.#silentSince = Math.min(this.#silentSince, startedAt)
    if (this.#isTripped(now)) this.#openUntil = now + OPEN_MS
  }

  /** Its sender gave it up: that says nothing about the server. */
  abandoned(admission: Admission): void {
    this.#ended(admission)
  }

  #ended(admission: Admission): void {
    if (admission === 'probe') this.#probing = false
  }

  #isTripped(now: number): boolean {
    return this.#failures >= FAILURES && now - this.#silentSince >= SILENT_MS
  }
}
