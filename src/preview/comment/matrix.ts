import { lastingFindings, plural } from '../drift-words.ts'
import type { MaskedChange } from '../mask-changes.ts'
import type { OverlayPreview } from '../overlay-preview.ts'
import type { PreviewReport } from '../preview-report.ts'
import { marksByPath } from './group-marks.ts'
import { plain } from './inert.ts'
import type { Item, Section } from './section.ts'

/** More applications than this are read as what most of them do, and those that differ. */
const MOST_ROWS = 12
/** A row that so few share is shown by name. */
const FEW = 3

/**
 * Applications down, environments across: how many objects come, change and go, which of the changes they are, and where live
 * objects differ. Nothing where the headline has said it all: for a single overlay, or when none changes.
 */
export function matrix(report: PreviewReport): Section {
  const environments = environmentsOf(report)
  const rows = rowsOf(report, environments)
  const idle = report.overlays.length === 1 || report.overlays.every(({ status }) => status === 'unchanged')
  const said = idle && rows.every(({ drifted }) => !drifted)
  const merged = mergeRows(rows)
  return {
    name: 'applications',
    head: [
      ['', ...environments],
      ['---', ...environments.map(() => '---')],
    ]
      .map(printRow)
      .join('\n'),
    levels: said ? [[]] : rows.length > MOST_ROWS ? [merged] : [rows.map(named), merged],
    rest: (count) => `… and ${plural(count, 'more application', 'more applications')} in this table.`,
    between: '\n',
    share: 0.25,
  }
}

/** In the order of the configuration. */
export function environmentsOf({ stages, overlays }: PreviewReport): string[] {
  const touched = new Set(overlays.map(({ overlay }) => overlay.environment))
  const known = stages.map(({ environment }) => environment).filter((name) => touched.has(name))
  return [...new Set([...known, ...touched])]
}

interface Row {
  readonly application: string
  readonly cells: readonly string[]
  readonly drifted: boolean
}

function rowsOf(report: PreviewReport, environments: readonly string[]): Row[] {
  const marks = marksByPath(report.groups)
  return [...Map.groupBy(report.overlays, ({ overlay }) => overlay.application)].map(([application, previews]) => {
    const drifts = environments.map((environment) => driftCount(application, environment, report))
    const cells = environments.map((environment, i) => {
      const here = previews.filter(({ overlay }) => overlay.environment === environment)
      return cell(here, marks, drifts[i] ?? 0)
    })
    return { application, cells, drifted: drifts.some((count) => count > 0) }
  })
}

/** Rows that many share become one; the others come first, with their names. */
function mergeRows(rows: readonly Row[]): Item[] {
  const alike = [...Map.groupBy(rows, ({ cells }) => cells.join('|')).values()]
  const few = alike.filter((members) => members.length <= FEW)
  const many = alike.filter((members) => members.length > FEW)
  return [
    ...few.flat().map(named),
    ...many.map((members) => {
      const name = `${few.length + many.length > 1 ? '' : 'all '}**${plural(members.length, 'application', 'applications')}**`
      return { text: printRow([name, ...(members[0]?.cells ?? [])]), count: members.length }
    }),
  ]
}

function named({ application, cells }: Row): Item {
  return { text: printRow([`**${plain(application)}**`, ...cells]), count: 1 }
}

function cell(here: readonly OverlayPreview[], marks: ReadonlyMap<string, string>, drift: number): string {
  const parts = here.map((preview) => [summary(preview), marks.get(preview.overlay.path)].filter(Boolean).join(' '))
  const shown = parts.length === 0 ? '–' : [...new Set(parts)].join(', ')
  return drift > 0 ? `${shown} ⚠ drift ${drift}` : shown
}

function summary({ status, changes }: OverlayPreview): string {
  if (status === 'error') return '✗ broken'
  if (changes.length === 0) return 'same'
  const counts = [
    ['+', countOf(changes, 'added')],
    ['\\~', countOf(changes, 'changed')],
    ['−', countOf(changes, 'removed')],
  ] as const
  return counts.flatMap(([sign, count]) => (count > 0 ? [`${sign}${count}`] : [])).join(' ')
}

function countOf(changes: readonly MaskedChange[], verb: MaskedChange['verb']): number {
  return changes.filter((change) => change.verb === verb).length
}

function driftCount(application: string, environment: string, { drift }: PreviewReport): number {
  const here = drift.filter((facts) => facts.environment === environment).flatMap(lastingFindings)
  return here.filter(({ target }) => target.application === application).length
}

function printRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
