const DAY = 86_400_000
const MINUTE = 60_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock in the zone shows at an instant, as if it showed it in UTC; whole minutes. */
export function wallTime(instant: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instant)
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value ?? 0)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
}

/**
 * The instants at which a clock in the zone shows `wall` for the first and the last time. Where clocks go back that may be an hour
 * apart; a time that they skip is the instant of the jump.
 */
export function instantsOf(wall: number, timeZone: string): { readonly first: number; readonly last: number } {
  const offsets = [wall - DAY, wall + DAY].map((near) => wallTime(near, timeZone) - near)
  const found = offsets.map((offset) => wall - offset).filter((instant) => wallTime(instant, timeZone) === wall)
  if (found.length > 0) return { first: Math.min(...found), last: Math.max(...found) }
  const jump = firstAfter(wall, timeZone)
  return { first: jump, last: jump }
}

/** The first minute of a day around `wall` at which the clock shows something later: only asked where the clock jumps over it. */
function firstAfter(wall: number, timeZone: string): number {
  let [before, after] = [wall - DAY, wall + DAY]
  while (after - before > MINUTE) {
    const middle = Math.floor((before + after) / 2 / MINUTE) * MINUTE
    if (wallTime(middle, timeZone) > wall) after = middle
    else before = middle
  }
  return after
}

/** Made once: making one takes longer than using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...numeric })
  formats.set(timeZone, format)
  return format
}
