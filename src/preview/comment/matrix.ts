import { plural } from '../drift-words.ts'
import { environmentsOf, type MatrixRow, matrixRows, mergeRows } from '../matrix-rows.ts'
import type { PreviewReport } from '../preview-report.ts'
import { plain } from './inert.ts'
import type { Item, Section } from './section.ts'

/** More applications than this are read as what most of them do, and those that differ. */
const MOST_ROWS = 12

/** What is touched at a glance. */
export function matrix(report: PreviewReport): Section {
  const environments = environmentsOf(report)
  const rows = matrixRows(report)
  const merged = mergeRows(rows).map(printItem)
  return {
    name: 'applications',
    head: [
      ['', ...environments],
      ['---', ...environments.map(() => '---')],
    ]
      .map(printRow)
      .join('\n'),
    levels: rows.length > MOST_ROWS ? [merged] : [rows.map(printItem), merged],
    rest: (count) => `… and ${plural(count, 'more application', 'more applications')} in this table.`,
    between: '\n',
    share: 0.25,
  }
}

function printItem({ name, count, cells }: MatrixRow): Item {
  return { text: printRow([`**${plain(name)}**`, ...cells.map((cell) => cell.replaceAll('~', '\\~'))]), count }
}

function printRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
