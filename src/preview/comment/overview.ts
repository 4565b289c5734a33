import { lastingFindings, plural } from '../drift-words.ts'
import type { MaskedChange } from '../mask-changes.ts'
import type { OverlayPreview } from '../overlay-preview.ts'
import type { PreviewReport } from '../preview-report.ts'
import { plain } from './inert.ts'
import type { Section } from './section.ts'

/** Applications down, environments across: how many objects come, change and go, and where live objects differ. */
export function overview(report: PreviewReport): Section {
  const environments = [...new Set(report.overlays.map(({ overlay }) => overlay.environment))]
  const rows = [...Map.groupBy(report.overlays, ({ overlay }) => overlay.application)]
  const head = [
    ['application', ...environments],
    ['---', ...environments.map(() => '---')],
  ]
    .map(row)
    .join('\n')
  const items = rows.map(([application, previews]) =>
    row([plain(application), ...environments.map((environment) => cell(application, environment, previews, report))]),
  )
  return {
    name: 'applications',
    head,
    items,
    total: items.length,
    rest: (count) => `… and ${plural(count, 'more application', 'more applications')} in this table.`,
    between: '\n',
    share: 0.25,
  }
}

function cell(
  application: string,
  environment: string,
  previews: readonly OverlayPreview[],
  report: PreviewReport,
): string {
  const here = previews.filter(({ overlay }) => overlay.environment === environment)
  const parts = here.length === 0 ? ['–'] : [...new Set(here.map(summary))]
  const drifted = driftCount(application, environment, report)
  return [...parts, ...(drifted > 0 ? [`⚠ drift ${drifted}`] : [])].join(' ')
}

function summary({ status, changes }: OverlayPreview): string {
  if (status === 'error') return '✗ does not render'
  if (changes.length === 0) return 'same'
  const counts = [
    ['+', countOf(changes, 'added')],
    ['~', countOf(changes, 'changed')],
    ['−', countOf(changes, 'removed')],
  ] as const
  return counts
    .filter(([, count]) => count > 0)
    .map(([sign, count]) => `${sign === '~' ? '\\~' : sign}${count}`)
    .join(' ')
}

function countOf(changes: readonly MaskedChange[], verb: MaskedChange['verb']): number {
  return changes.filter((change) => change.verb === verb).length
}

function driftCount(application: string, environment: string, { drift }: PreviewReport): number {
  const here = drift.filter((facts) => facts.environment === environment).flatMap(lastingFindings)
  return here.filter(({ target }) => target.application === application).length
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
