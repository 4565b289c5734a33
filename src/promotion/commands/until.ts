import { parseDatedTime, parseWeekTime } from '../../config/freeze-time.ts'
import { LockstepError } from '../../model/errors.ts'
import { instantsOf, wallTime } from '../gates/zoned-time.ts'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const DAY = 86_400_000
const LONGEST = 366 * DAY

/** How an end is written, for replies. */
export const UNTIL_FORMS =
  'Write a length (30m, 2h, 3d) or a time in the future, at most a year away, with its zone (2026-11-21T18:00Z, 2026-11-21 18:00 Europe/Berlin, Mon 08:00 Europe/Berlin).'

const FORMS: readonly RegExp[] = [
  /^(?:\d{1,4}[mhdw])+$/i,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/i,
  /^(?:\d{4}-\d\d-\d\d|[a-z]{3}) \d\d:\d\d [a-z_]+(?:\/[\w+-]+)*$/i,
]

/** Splits what comes behind `until` into the time and the rest; undefined where it does not begin with one. */
export function splitUntil(
  words: readonly string[],
): { readonly until: string; readonly rest: readonly string[] } | undefined {
  for (const count of [3, 1]) {
    const until = words.slice(0, count).join(' ')
    if (words.length >= count && FORMS.some((form) => form.test(until))) return { until, rest: words.slice(count) }
  }
  return undefined
}

/** The instant meant at `now`; undefined for the past, for more than a year away, and for days and zones that there are not. */
export function parseUntil(text: string, now: Date): Date | undefined {
  const time = lengthOf(text, now) ?? instantOf(text) ?? zonedTime(text, now)
  const ahead = (time ?? Number.NaN) - now.getTime()
  return time !== undefined && ahead > 0 && ahead <= LONGEST ? new Date(time) : undefined
}

function lengthOf(text: string, now: Date): number | undefined {
  if (!FORMS[0]?.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)([mhdw])/gi)]
  return parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 0),
    now.getTime(),
  )
}

function instantOf(text: string): number | undefined {
  const [date = '', clock = ''] = text.toUpperCase().split('T')
  if (!FORMS[1]?.test(text) || parseDatedTime(`${date} ${clock.slice(0, 5)}`) === undefined) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

/** A day that comes again every week means the next one. Of an hour that a clock shows twice, the later. */
function zonedTime(text: string, now: Date): number | undefined {
  const [day = '', clock = '', zone = ''] = text.split(' ')
  const timeZone = knownZone(zone)
  if (timeZone === undefined) return undefined
  const dated = parseDatedTime(`${day} ${clock}`)
  if (dated !== undefined) return instantsOf(dated, timeZone).last
  const weekly = parseWeekTime(`${day.slice(0, 1).toUpperCase()}${day.slice(1).toLowerCase()} ${clock}`)
  return weekly === undefined ? undefined : nextWeekly(weekly * 60_000, timeZone, now)
}

function nextWeekly(sinceMonday: number, timeZone: string, now: Date): number {
  const wall = wallTime(now.getTime(), timeZone)
  // 1970-01-01 was a Thursday.
  const monday = wall - (((Math.floor(wall / DAY) + 3) % 7) * DAY + (wall % DAY))
  const candidates = [0, 7].map((days) => instantsOf(monday + days * DAY + sinceMonday, timeZone).last)
  return candidates.find((time) => time > now.getTime()) ?? (candidates.at(-1) as number)
}

function knownZone(zone: string): string | undefined {
  try {
    return /^(?:UTC|Z|[A-Za-z_]+\/.+)$/i.test(zone)
      ? new Intl.DateTimeFormat('en', { timeZone: zone.toUpperCase() === 'Z' ? 'UTC' : zone }).resolvedOptions()
          .timeZone
      : undefined
  } catch {
    return undefined
  }
}

/** Counted from when the comment was written. Throws COMMAND_USAGE. */
export function requireUntil(text: string, { createdAt }: { readonly createdAt: string }): Date {
  const until = parseUntil(text, new Date(createdAt))
  if (until) return until
  throw new LockstepError({ code: 'COMMAND_USAGE', message: `"${text}" is no time to come.`, remedy: UNTIL_FORMS })
}
