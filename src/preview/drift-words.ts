import type { DriftEntry } from '../model/target-status.ts'
import type { DriftFinding, EnvironmentDrift } from './drift-facts.ts'

/** `Deployment/checkout .spec.replicas: live 8, git 6, by kubectl-scale since 2026-11-20T14:02:00Z`. */
export function describeDrift({ object, path, live, desired, manager, since }: DriftEntry): string {
  const field = path ? `${object} ${path}` : object
  const writer = manager ? `by ${manager} ` : ''
  return `${field}: live ${live}, git ${desired}, ${writer}since ${since}`
}

/** For everybody to read: what drifted, without values or names of people's tools. */
export function describeDriftCount(findings: readonly DriftFinding[]): string {
  const targets = new Set(findings.map(({ target }) => `${target.application} (${target.cluster})`))
  return `${plural(findings.length, 'field differs', 'fields differ')} in ${[...targets].sort().join(', ')}`
}

export function lastingFindings(drift: EnvironmentDrift): DriftFinding[] {
  return drift.findings.filter((finding) => finding.lasting)
}

export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
