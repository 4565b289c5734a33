const USUAL_MS = 60_000
const LONGEST_MS = 3_600_000

/** Milliseconds from `now` that a `Retry-After` asks for: seconds or a date. A minute without one, never more than an hour. */
export function retryAfterMs(value: string | undefined, now: number): number {
  const text = value?.trim() ?? ''
  const asked = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(asked) ? USUAL_MS : Math.min(Math.max(asked, 0), LONGEST_MS)
}
