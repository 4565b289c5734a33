import { parseDatedTime, parseWeekTime } from '../../config/freeze-time.ts'
import type { FreezeWindow } from '../../config/repository-config.ts'
import { instantsOf, wallTime } from './zoned-time.ts'

const MINUTE = 60_000
const WEEK = 7 * 24 * 60 * MINUTE
/** 1970-01-05, a Monday. */
const FIRST_MONDAY = 4 * 24 * 60 * MINUTE
/** Windows that follow each other for longer than this are taken never to open. */
const LONGEST_ROW = 400

/** One time a window is closed to promotions: from its first minute until the minute it ends at. */
export interface Freeze {
  readonly window: FreezeWindow
  readonly begins: Date
  readonly ends: Date
}

/** The freeze that holds at `now`, the one that ends last where there are several; undefined where none does. */
export function freezeAt(windows: readonly FreezeWindow[], now: Date): Freeze | undefined {
  const found = windows.flatMap((window) =>
    occurrences(window, now).filter(({ begins, ends }) => begins <= now && now < ends),
  )
  return found.toSorted((a, b) => b.ends.getTime() - a.ends.getTime())[0]
}

/** The earliest time from `now` on at which nothing is frozen; undefined where the windows leave none. */
export function opensAt(windows: readonly FreezeWindow[], now: Date): Date | undefined {
  let at = now
  for (let row = 0; row < LONGEST_ROW; row++) {
    const freeze = freezeAt(windows, at)
    if (!freeze) return at
    at = freeze.ends
  }
  return undefined
}

/** The next freeze to begin after `now`; undefined where none will. */
export function nextFreeze(windows: readonly FreezeWindow[], now: Date): Freeze | undefined {
  const later = windows.flatMap((window) => occurrences(window, now).filter(({ begins }) => begins > now))
  return later.toSorted((a, b) => a.begins.getTime() - b.begins.getTime())[0]
}

/** A dated window's only one; of a weekly window those of the weeks around `now`. */
function occurrences(window: FreezeWindow, now: Date): Freeze[] {
  const { from, to, timezone } = window
  const start = parseWeekTime(from)
  const end = parseWeekTime(to)
  if (start === undefined || end === undefined) {
    const dated = [parseDatedTime(from), parseDatedTime(to)] as const
    return dated[0] === undefined || dated[1] === undefined ? [] : [freezeOf(window, dated[0], dated[1])]
  }
  const length = ((end - start) * MINUTE + WEEK) % WEEK
  const wall = wallTime(now.getTime(), timezone)
  const monday = wall - ((((wall - FIRST_MONDAY) % WEEK) + WEEK) % WEEK)
  return [-1, 0, 1].map((week) => {
    const begins = monday + week * WEEK + start * MINUTE
    return freezeOf(window, begins, begins + length)
  })
}

/** Begins with the first and ends with the last time that the clock shows these. */
function freezeOf(window: FreezeWindow, from: number, to: number): Freeze {
  const begins = instantsOf(from, window.timezone).first
  return { window, begins: new Date(begins), ends: new Date(instantsOf(to, window.timezone).last) }
}
