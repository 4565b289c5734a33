const MAX_ATTEMPTS = 5
const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 3_000
const LONGEST_RETRY_AFTER_MS = 30_000

export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  /** What the server asked for. */
  readonly retryAfterMs?: number | undefined
  /** Between 0 and 1. */
  readonly random: number
}

/** Milliseconds to wait before the next attempt, at least what the server asked for; undefined: give up. */
export function retryDelay({ attempt, retryAfterMs = 0, random }: FailedAttempt): number | undefined {
  if (attempt >= MAX_ATTEMPTS || retryAfterMs > LONGEST_RETRY_AFTER_MS) return undefined
  return Math.max(retryAfterMs, backoff(attempt, random))
}

/** 100 ms doubled with each attempt, up to 3 s, and spread so that clients do not come back together. */
export function backoff(attempt: number, random: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS) * (0.5 + random / 2)
}

/** `Retry-After` as seconds or a date, in milliseconds from `now`; undefined when absent or unreadable. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (!header) return undefined
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
