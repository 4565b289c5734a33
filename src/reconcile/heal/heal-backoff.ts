const FIRST_MS = 2_000
const FACTOR = 3
const LONGEST_MS = 5 * 60_000
const QUIET_MS = 30 * 60_000
const CONTENDED_AFTER = 3
const CONTENDED_WITHIN_MS = 10 * 60_000

/** Times (milliseconds since the epoch) at which a drifted object or target was healed, oldest first. */
export type HealHistory = readonly number[]

/** Milliseconds to wait before the next heal: none at first, then 2 s, 6 s, 18 s, … up to 5 min; forgotten after 30 quiet minutes. */
export function healDelay(history: HealHistory, now: number): number {
  const last = history.at(-1)
  if (last === undefined) return 0
  const wait = Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (history.length - 1))
  return Math.max(0, last + wait - now)
}

export function afterHeal(history: HealHistory, now: number): HealHistory {
  return isQuiet(history, now) ? [now] : [...history, now].slice(-10)
}

/** Nothing that was done then counts any more, for a delay or for a fight. */
export function isQuiet(history: HealHistory, now: number): boolean {
  const last = history.at(-1)
  return last === undefined || now - last > QUIET_MS
}

/** Somebody keeps changing it: put back twice within ten minutes, and now changed a third time. */
export function isContended(history: HealHistory, now: number): boolean {
  return history.filter((time) => now - time <= CONTENDED_WITHIN_MS).length + 1 >= CONTENDED_AFTER
}
