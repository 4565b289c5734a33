import type { GateReason } from '../../model/gate.ts'
import { lastingFindings, plural } from '../drift-words.ts'
import { isLost } from '../losses.ts'
import { overlayName } from '../overlay-preview.ts'
import type { PreviewReport } from '../preview-report.ts'
import { describeEnvironments } from './words.ts'

/** The verdict in a line: what keeps it from being merged, else what merging does. Not escaped yet. */
export function verdictWords(report: PreviewReport): string {
  const { conclusion, reasons, title } = report.verdict
  if (conclusion === 'success') return report.overlays.length > 0 ? changeWords(report) : title
  const open = reasons.filter((reason) => reason.verdict !== 'passed')
  const [first, ...others] = open
  if (!first) return title
  const counted = first.code === 'RENDER_FAILED' ? others.filter(({ code }) => code !== first.code) : others
  const rest = counted.length > 0 ? ` (and ${plural(counted.length, 'more reason', 'more reasons')})` : ''
  return `${reasonWords(first, report)}${rest}`
}

function changeWords({ overlays }: PreviewReport): string {
  const changed = overlays.filter((preview) => preview.status === 'changed')
  const [first] = changed
  if (!first) return `Nothing changes: ${plural(overlays.length, 'overlay renders', 'overlays render')} the same`
  const changes = changed.flatMap((preview) => preview.changes)
  const deleted = changes.filter(isLost).length
  if (changed.length === 1)
    return `${overlayName(first.overlay)}: ${plural(changes.length, 'object changes', 'objects change')}, ${lossOf(deleted, '')}`
  const environments = describeEnvironments(changed.map(({ overlay }) => overlay.environment))
  return `${changed.length.toLocaleString('en-US')} overlays change in ${environments}, ${lossOf(deleted, 'object')}`
}

/** `1 is deleted`, `2 objects are deleted`. */
function lossOf(deleted: number, object: string): string {
  if (deleted === 0) return 'nothing is deleted'
  const [one, many] = object ? [`${object} is`, `${object}s are`] : ['is', 'are']
  return `${plural(deleted, one, many)} deleted`
}

/** The check's title has the details; here they follow below. */
function reasonWords(reason: GateReason, report: PreviewReport): string {
  const { environment = '' } = reason
  switch (reason.code) {
    case 'RENDER_FAILED':
      return brokenWords(report)
    case 'MERGE_CONFLICT':
      return `Conflicts with the base branch in ${plural(report.conflicts.length, 'file', 'files')}`
    case 'DRIFT_BLOCKS':
      return `${environment} has drifted (${plural(lastingIn(environment, report), 'field', 'fields')})`
    case 'FACTS_UNKNOWN':
      return `Nothing is known of live objects in ${environment}`
    default:
      return reason.message
  }
}

function brokenWords({ overlays }: PreviewReport): string {
  const broken = overlays.filter(({ status }) => status === 'error')
  const [only] = broken
  if (broken.length === 1 && only) return `${overlayName(only.overlay)} does not render`
  if (broken.length === overlays.length) return `None of ${broken.length.toLocaleString('en-US')} overlays renders`
  return `${broken.length.toLocaleString('en-US')} overlays do not render`
}

function lastingIn(environment: string, { drift }: PreviewReport): number {
  return drift.filter((facts) => facts.environment === environment).flatMap(lastingFindings).length
}
