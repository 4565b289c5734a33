const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** `Fri 16:00` as minutes since Monday 00:00; undefined for any other text. */
export function parseWeekTime(text: string): number | undefined {
  const match = /^(\w{3}) ([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  const day = DAYS.indexOf(match?.[1] ?? '')
  return match && day >= 0 ? day * 1440 + Number(match[2]) * 60 + Number(match[3]) : undefined
}

/** `2026-12-20 18:00` as milliseconds of a clock that shows it in UTC; undefined for any other text and days that do not exist. */
export function parseDatedTime(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}:00Z`) : Number.NaN
  if (Number.isNaN(time)) return undefined
  return new Date(time).toISOString().startsWith(text.replace(' ', 'T')) ? time : undefined
}
