import { type Counts, total } from './request-log.ts'
import type { Goal, Row, Spread } from './summary.ts'

/** One line a row, columns below each other. */
export function printRows(rows: readonly Row[]): string {
  const head = ['phase', 'engine', 'wall ms', 'of Flux', 'of kubectl', 'peak MB', 'requests', 'goals']
  return printTable([head, ...rows.map(cellsOf)])
}

function cellsOf(row: Row): string[] {
  return [
    row.phase,
    row.contestant,
    printSpread(row.milliseconds),
    row.ofFlux?.toFixed(3) ?? '',
    row.ofKubectl?.toFixed(3) ?? '',
    printSpread(row.peakMegabytes),
    printRequests(row),
    row.goals.map(printGoal).join(', '),
  ]
}

function printRequests({ requests, ownRequests, discovery }: Row): string {
  const own = total(ownRequests)
  const rest = [...(own > 0 ? [`own ${own}`] : []), ...(discovery > 0 ? [`discovery ${discovery}`] : [])]
  return [printCounts(requests), ...rest].join('; ')
}

function printCounts(counts: Counts): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  return parts.length > 0 ? `${total(counts)} = ${parts.join(' + ')}` : '0'
}

export function printSpread({ median, least, most }: Spread): string {
  return `${median} (${least}–${most})`
}

export function printGoal({ what, met }: Goal): string {
  return `${what} ${met ? '✓ met' : '✗ missed'}`
}

/** The first line is the head. */
export function printTable(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
