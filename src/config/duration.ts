const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `10s`, `10m`, `1h` or `0`. */
export const DURATION = /^(?:0|[1-9]\d{0,5}[smh])$/

/** Milliseconds of a text that matches DURATION. */
export function parseDuration(text: string | number): number {
  const match = /^(\d+)([smh]?)$/.exec(String(text))
  const unit = match?.[2] as keyof typeof UNITS | '' | undefined
  return Number(match?.[1]) * (unit ? UNITS[unit] : 1)
}

/** The shortest text that reads back to the same number of whole seconds. */
export function printDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return '0'
  if (milliseconds % UNITS.h === 0) return `${milliseconds / UNITS.h}h`
  if (milliseconds % UNITS.m === 0) return `${milliseconds / UNITS.m}m`
  return `${Math.floor(milliseconds / UNITS.s)}s`
}
