import { oneLine } from '../../preview/comment/inert.ts'
import { environmentsOf, type MatrixRow, matrixRows, mergeRows } from '../../preview/matrix-rows.ts'
import type { PreviewReport } from '../../preview/preview-report.ts'
import { displayWidth, fitTo } from '../display-width.ts'

/** As in the comment: more applications than this are shown by what most of them do. */
const MOST_ROWS = 12
const GAP = '  '
const LEAST_NAME = 12

/** Applications down, environments across, aligned. Names are shortened where the terminal has `columns`, and only there. */
export function matrixText(report: PreviewReport, columns: number | undefined): string[] {
  const all = matrixRows(report)
  const rows = all.length > MOST_ROWS ? mergeRows(all) : all
  if (rows.length === 0) return []
  const table = [{ name: '', count: 0, cells: environmentsOf(report) }, ...rows.map(readable)]
  const widths = (table[0]?.cells ?? []).map((_, i) =>
    Math.max(...table.map(({ cells }) => displayWidth(cells[i] ?? ''))),
  )
  const names = Math.max(...table.map(({ name }) => displayWidth(name)))
  const others = widths.reduce((sum, width) => sum + width + GAP.length, 0)
  const room = columns === undefined ? names : Math.min(names, Math.max(LEAST_NAME, columns - others))
  return table.map(({ name, cells }) =>
    [fitTo(name, room), ...cells.map((cell, i) => fitTo(cell, widths[i] ?? 0))].join(GAP).trimEnd(),
  )
}

function readable({ name, ...row }: MatrixRow): MatrixRow {
  return { ...row, name: oneLine(name) }
}
