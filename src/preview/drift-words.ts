import type { DriftEntry } from '../model/target-status.ts'
import type { DriftFinding, EnvironmentDrift } from './drift-facts.ts'

/** `Deployment/checkout .spec.replicas: live 8, git 6, by kubectl-scale since 2026-11-20T14:02:00Z`. */
export function describeDrift({ object, path, live, desired, manager, since, contended }: DriftEntry): string {
  const field = path ? `${object} ${path}` : object
  const writer = manager ? `by ${manager} ` : ''
  const fought = contended ? `, contended: ${manager ?? 'another writer'} keeps writing it` : ''
  return `${field}: live ${live}, git ${desired}, ${writer}since ${since}${fought}`
}

/** For everybody to read: what drifted, without values or names of people's tools. */
export function describeDriftCount(findings: readonly DriftFinding[]): string {
  const targets = new Set(findings.map(({ target }) => `${target.application} (${target.cluster})`))
  const differ = plural(findings.length, 'field differs', 'fields differ')
  return `${differ} in ${[...targets].sort().join(', ')}${describeIgnored(findings)}`
}

/** `, 1 of them ignored`; nothing where none is. */
export function describeIgnored(findings: readonly DriftFinding[]): string {
  const ignored = findings.filter((finding) => finding.ignored).length
  if (ignored === 0) return ''
  return ignored === findings.length ? ', ignored for now' : `, ${ignored} of them ignored for now`
}

export function lastingFindings(drift: EnvironmentDrift): DriftFinding[] {
  return drift.findings.filter((finding) => finding.lasting)
}

export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
