const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `2h` from `now`, or a time with its zone (`2026-11-21T18:00Z`); undefined for anything else, and for the past. */
export function parseUntil(text: string, now: Date): Date | undefined {
  const length = /^(\d{1,4})([mhd])$/i.exec(text)
  if (length) return new Date(now.getTime() + Number(length[1]) * (UNITS[length[2]?.toLowerCase() ?? ''] ?? 0))
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const time = new Date(text)
  return Number.isNaN(time.getTime()) || time <= now ? undefined : time
}
