import { plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import { code, plain } from './inert.ts'

const LONGEST_TITLE = 120

const VERDICTS = { success: '✅', failure: '⛔ Blocked:', action_required: '⏳ Waiting:' } as const

/** The verdict, then what was compared and how much of it changes. */
export function headline(report: PreviewReport): string {
  const { conclusion, title } = report.verdict
  const short = title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE).toWellFormed()}…` : title
  return `### ${VERDICTS[conclusion]} ${plain(short)}\n\n${compared(report)}`
}

function compared(report: PreviewReport): string {
  const sides = `head ${code(shortCommit(report.head))} on base ${code(shortCommit(report.base))}`
  return [sides, ...amount(report)].join(' · ')
}

function amount({ overlays }: PreviewReport): string[] {
  const changes = overlays.flatMap((overlay) => overlay.changes)
  if (overlays.length === 0) return []
  const deleted = changes.filter((change) => change.verb === 'removed').length
  const unchanged = overlays.filter((overlay) => overlay.status === 'unchanged').length
  return [
    plural(changes.length, 'object changes', 'objects change'),
    deleted > 0 ? `**${plural(deleted, 'is deleted', 'are deleted')}**` : 'nothing is deleted',
    ...(unchanged > 0 ? [`${plural(unchanged, 'overlay', 'overlays')} rendered the same`] : []),
  ]
}

export function shortCommit(commit: string): string {
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 7) : commit
}
