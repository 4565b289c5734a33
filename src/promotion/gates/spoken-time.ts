const formats = new Map<string, Intl.DateTimeFormat>()

/** `Mon 2026-11-23 08:00 Europe/Berlin (UTC+01:00)`, in whole minutes that have begun. */
export function spokenTime(time: Date, zone: string): string {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  )
  const [weekday, year, month, day, hour, minutes] = ['weekday', 'year', 'month', 'day', 'hour', 'minute'].map((part) =>
    parts.get(part as Intl.DateTimeFormatPartTypes),
  )
  const offset = parts.get('timeZoneName')?.replace('GMT', 'UTC')
  const where = zone === 'UTC' ? 'UTC' : `${zone} (${offset})`
  return `${weekday} ${year}-${month}-${day} ${hour}:${minutes} ${where}`
}

/** Rounded up to the minute: nobody is told to come too early. */
export function spokenStart(time: Date, zone: string): string {
  return spokenTime(new Date(Math.ceil(time.getTime() / 60_000) * 60_000), zone)
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  const options = { weekday: 'short', ...digits, hourCycle: 'h23', timeZoneName: 'longOffset' } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone, ...options })
  formats.set(timeZone, format)
  return format
}
