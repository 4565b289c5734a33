import type { DriftFinding, EnvironmentDrift } from '../drift-facts.ts'
import { describeDriftCount, plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import type { Section } from './section.ts'

/** Where live objects differ from what was applied, by whom, and what would put them back. */
export function driftSection({ drift, hideLive }: PreviewReport): Section {
  const items = drift.flatMap((environment) => [
    ...unknownLine(environment),
    ...(hideLive ? countLine(environment) : environment.findings.map((finding) => findingLine(finding, environment))),
  ])
  return {
    name: 'drift',
    head: '**Drift**',
    items,
    total: items.length,
    rest: (count) =>
      `… and ${plural(count, 'more drifted field', 'more drifted fields')}: see the checks lockstep/drift.`,
    between: '\n',
    share: 0.2,
  }
}

/** A check or comment names the remedy once for each field: the reader of one line needs no other. */
export function findingLine(
  { target, entry, lasting }: DriftFinding,
  { environment, blocks }: EnvironmentDrift,
): string {
  const field = code(clip(entry.path ? `${entry.object} ${entry.path}` : entry.object, 160))
  const writer = entry.manager ? `by ${code(entry.manager)} ` : ''
  const effect = blocks && lasting ? ' **holds this pull request:**' : ''
  const live = `live ${code(clip(entry.live, 80))}, git ${code(clip(entry.desired, 80))}`
  const where = plain(`${target.application} → ${environment} (${target.cluster})`)
  return `- ${field}: ${live}, ${writer}since ${plain(entry.since)} in ${where}${effect} ${code(`/heal ${environment}`)}`
}

function countLine(drift: EnvironmentDrift): string[] {
  if (drift.findings.length === 0) return []
  return [
    `- ${plain(`${drift.environment}: ${describeDriftCount(drift.findings)}`)} ${code(`/heal ${drift.environment}`)}`,
  ]
}

function unknownLine({ environment, blocks, unknown }: EnvironmentDrift): string[] {
  if (!blocks || unknown.length === 0) return []
  const targets = unknown.slice(0, 5).map(({ application, cluster }) => `${application} (${cluster})`)
  const rest = unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''
  return [`- Nothing is known of the live objects of ${plain(`${targets.join(', ')}${rest} in ${environment}`)}`]
}
