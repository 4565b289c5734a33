import type { DriftEntry } from '../../model/target-status.ts'
import type { DriftFinding, EnvironmentDrift } from '../drift-facts.ts'
import { describeDriftCount, plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { printTime } from './words.ts'

/** Where live objects differ from what was applied, by whom, and what would put them back. Never mixed with what the files change. */
export function driftSection({ drift, hideLive }: PreviewReport, elsewhere: Elsewhere): Section {
  const items = drift.flatMap((environment) => [
    ...unknownLine(environment),
    ...(hideLive ? countLine(environment) : environment.findings.map((finding) => findingLine(finding, environment))),
  ])
  return {
    name: 'drift',
    head: '**Drift**',
    levels: [itemsOf(items)],
    rest: (count) => `… and ${plural(count, 'more drifted field', 'more drifted fields')}: ${elsewhere}`,
    between: '\n',
    share: 0.1,
  }
}

/** Nothing to say but that somebody looked: every touched target is known, none differs, and none is kept back. */
export function inSyncLine({ drift }: PreviewReport): string {
  const isPlain = ({ findings, unknown, standing }: EnvironmentDrift) =>
    findings.length + unknown.length + standing.length === 0
  if (drift.length === 0 || !drift.every(isPlain)) return ''
  return `Live objects in ${drift.map(({ environment }) => environment).join(', ')} are as Git has them.`
}

/** Where, what, by whom, since when, and the command that helps: the reader of one line needs no other. */
export function findingLine(finding: DriftFinding, drift: EnvironmentDrift): string {
  const { target, entry } = finding
  const { environment } = drift
  const field = code(clip(entry.path ? `${entry.object} ${entry.path}` : entry.object, 160))
  const writer = entry.manager ? ` by ${code(clip(entry.manager, 80))}` : ''
  const effect = effectOf(finding, drift)
  const values = `live ${code(clip(entry.live, 80))}, Git ${code(clip(entry.desired, 80))}`
  const where = plain(
    `${target.application} → ${environment}${target.cluster === environment ? '' : ` (${target.cluster})`}`,
  )
  return `- ⚠ **${where}** ${field}: ${values},${writer} since ${plain(printTime(entry.since))}${effect} → ${code(`/heal ${environment}`)}`
}

/** Why it is worth more, or less, than a note. */
function effectOf({ entry, lasting, ignored }: DriftFinding, { blocks }: EnvironmentDrift): string {
  if (ignored) return `, ignored until ${plain(printTime(ignored.until))} by ${plain(ignored.by)}`
  const fought = entry.contended ? `, **contended**: ${writerOf(entry)} keeps writing it` : ''
  return `${fought}${blocks && lasting ? ', **holds this pull request**' : ''}`
}

function writerOf({ manager }: DriftEntry): string {
  return manager ? code(clip(manager, 80)) : 'another writer'
}

function countLine(drift: EnvironmentDrift): string[] {
  if (drift.findings.length === 0) return []
  const counts = plain(`${drift.environment}: ${describeDriftCount(drift.findings)}`)
  return [`- ⚠ ${counts} → ${code(`/heal ${drift.environment}`)}`]
}

function unknownLine({ environment, blocks, unknown }: EnvironmentDrift): string[] {
  if (!blocks || unknown.length === 0) return []
  const targets = unknown.slice(0, 5).map(({ application, cluster }) => `${application} (${cluster})`)
  const rest = unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''
  return [`- Nothing is known of the live objects of ${plain(`${targets.join(', ')}${rest} in ${environment}`)}`]
}
