import type { Measured } from './measure.ts'

export interface Row {
  readonly change: string
  readonly way: string
  readonly seconds: number
  readonly peakMegabytes: number
  /** Of the wall time that teams spend today on the same change in the same run. */
  readonly ratio: number
  /** At most this; undefined where nothing is promised. */
  readonly goal?: number
  readonly overlays: number
}

export interface Result {
  readonly change: string
  readonly way: string
  readonly measured: Measured & { readonly overlays: number }
  readonly goal?: number
}

export function rowsOf(today: Result, others: readonly Result[]): Row[] {
  return [today, ...others].map(({ change, way, measured, goal }) => ({
    change,
    way,
    seconds: round(measured.seconds, 2),
    peakMegabytes: round(measured.peakBytes / 1024 ** 2, 0),
    ratio: round(measured.seconds / today.measured.seconds, 4),
    ...(goal !== undefined && { goal }),
    overlays: measured.overlays,
  }))
}

/** One line a row, columns below each other. */
export function table(rows: readonly Row[]): string {
  const cells = [
    ['change', 'way', 'wall s', 'peak MB', 'ratio', 'goal', 'overlays shown'],
    ...rows.map((row) => [
      row.change,
      row.way,
      row.seconds.toFixed(2),
      String(row.peakMegabytes),
      row.ratio.toFixed(4),
      row.goal === undefined ? '' : `≤ ${row.goal} ${row.ratio <= row.goal ? '✓' : '✗'}`,
      String(row.overlays),
    ]),
  ]
  const widths = (cells[0] as string[]).map((_, column) =>
    Math.max(...cells.map((line) => (line[column] ?? '').length)),
  )
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
