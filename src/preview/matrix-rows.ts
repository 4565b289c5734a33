import { lastingFindings, plural } from './drift-words.ts'
import { marksByPath } from './group-marks.ts'
import type { MaskedChange } from './mask-changes.ts'
import type { OverlayPreview } from './overlay-preview.ts'
import type { PreviewReport } from './preview-report.ts'

/** A row that so few applications share is shown by their names. */
const FEW = 3

/** What happens to an application, or to several alike, environment by environment. */
export interface MatrixRow {
  /** Other people's text, unless `count` is more than one. */
  readonly name: string
  /** Of how many applications it tells. */
  readonly count: number
  /** `+1 ~2 −1 ①`, one an environment: objects that come, change and go, and which of the changes it is. */
  readonly cells: readonly string[]
}

/** Applications down, environments across; none where the headline has said it all: for one overlay, or when none changes. */
export function matrixRows(report: PreviewReport): MatrixRow[] {
  const { overlays, drift } = report
  const idle = overlays.length === 1 || overlays.every(({ status }) => status === 'unchanged')
  if (idle && drift.every((facts) => lastingFindings(facts).length === 0)) return []
  const marks = marksByPath(report.groups)
  const environments = environmentsOf(report)
  return [...Map.groupBy(overlays, ({ overlay }) => overlay.application)].map(([name, previews]) => ({
    name,
    count: 1,
    cells: environments.map((environment) => {
      const here = previews.filter(({ overlay }) => overlay.environment === environment)
      return cell(here, marks, driftCount(name, environment, report))
    }),
  }))
}

/** Rows that many share become one; the others come first, with their names. */
export function mergeRows(rows: readonly MatrixRow[]): MatrixRow[] {
  const alike = [...Map.groupBy(rows, ({ cells }) => cells.join('|')).values()]
  const few = alike.filter((members) => members.length <= FEW)
  const many = alike.filter((members) => members.length > FEW)
  return [
    ...few.flat(),
    ...many.map((members) => ({
      name: plural(members.length, 'application', 'applications'),
      count: members.length,
      cells: members[0]?.cells ?? [],
    })),
  ]
}

/** In the order of the configuration. */
export function environmentsOf({ stages, overlays }: PreviewReport): string[] {
  const touched = new Set(overlays.map(({ overlay }) => overlay.environment))
  const known = stages.map(({ environment }) => environment).filter((name) => touched.has(name))
  return [...new Set([...known, ...touched])]
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
    ['~', countOf(changes, 'changed')],
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
