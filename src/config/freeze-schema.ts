import { z } from 'zod'
import { parseDatedTime } from './freeze-time.ts'

const weekTime = z
  .string()
  .regex(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d$/, 'must be a weekday and a time, e.g. "Fri 16:00"')

const datedTime = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d$/,
    'must be a day and a time, e.g. "2026-12-20 18:00"',
  )
  .refine((text) => parseDatedTime(text) !== undefined, 'is no day of the calendar')

const common = {
  timezone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone, e.g. Europe/Berlin')
    .meta({ description: 'IANA time zone, e.g. Europe/Berlin.' }),
  reason: z.string().trim().min(1, 'must say why'),
}

const weekly = z
  .strictObject({ from: weekTime, to: weekTime, ...common })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'is the same as `from`' })

const dated = z
  .strictObject({ from: datedTime, to: datedTime, ...common })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'is not after `from`' })

/** `Fri 16:00` to `Mon 08:00` each week, or `2026-12-20 18:00` to `2027-01-04 09:00` once. */
export const freeze = z.union([weekly, dated], {
  error: 'must be {from, to, timezone, reason}, both times as "Fri 16:00" or both as "2026-12-20 18:00"',
})

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return /^(?:[A-Za-z_]+\/|UTC$)/.test(text)
  } catch {
    return false
  }
}
