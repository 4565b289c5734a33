import type { FreezeWindow } from '../../config/repository-config.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const WEEK = 7 * 24 * 60
const MINUTE = 60_000

/** The window that is open at `now`, and when promotions may go again (no window open, looking through adjoining ones). */
export function openFreeze(
  windows: readonly FreezeWindow[],
  now: Date,
): { readonly window: FreezeWindow; readonly opensAt: Date } | undefined {
  const window = windows.find((each) => isOpen(each, now))
  if (!window) return undefined
  let opensAt = now
  for (let i = 0; i <= windows.length * 2; i++) {
    const blocking = windows.find((each) => isOpen(each, opensAt))
    if (!blocking) break
    opensAt = endOf(blocking, opensAt)
  }
  return { window, opensAt }
}

/** From its first minute, until the minute it ends at. A window may run over the end of the week. */
function isOpen({ from, to, timezone }: FreezeWindow, now: Date): boolean {
  const at = minuteOfWeek(now, timezone)
  const start = parseWeekTime(from)
  const end = parseWeekTime(to)
  return start < end ? at >= start && at < end : at >= start || at < end
}

/** Clocks change: the distance is taken again at the place it leads to, until it fits. */
function endOf({ to, timezone }: FreezeWindow, now: Date): Date {
  const distance = (from: Date) => (parseWeekTime(to) - minuteOfWeek(from, timezone) + WEEK) % WEEK
  const minute = new Date(Math.floor(now.getTime() / MINUTE) * MINUTE)
  const end = new Date(minute.getTime() + (distance(minute) || WEEK) * MINUTE)
  const rest = distance(end)
  const shift = rest > WEEK / 2 ? rest - WEEK : rest
  return new Date(end.getTime() + shift * MINUTE)
}

function minuteOfWeek(now: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const part = (type: string) => format.formatToParts(now).find((each) => each.type === type)?.value ?? ''
  return DAYS.indexOf(part('weekday')) * 1440 + Number(part('hour')) * 60 + Number(part('minute'))
}

/** `Fri 16:00` as minutes since Monday 00:00. */
function parseWeekTime(text: string): number {
  const [day = '', hour = '0', minute = '0'] = text.split(/[ :]/)
  return DAYS.indexOf(day) * 1440 + Number(hour) * 60 + Number(minute)
}
