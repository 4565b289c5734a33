export interface Clock {
  now(): Date
  /** Resolves early, without an error, when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
