import type { DeploymentReport, DeploymentState } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Target } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { ObjectReport } from './object-report.ts'

const DESCRIPTION = 140
/** Characters that the message gets at least. */
const MESSAGE = 40

export interface PassForHistory {
  readonly target: Target
  readonly revision: string
  readonly outcome: Outcome
  readonly objects: readonly ObjectReport[]
  readonly previous: TargetStatus | undefined
  readonly status: TargetStatus
  /** The same application in the other clusters of its environment, as far as it is known there. */
  readonly siblings: readonly TargetStatus[]
}

/** What GitHub's history is to be told of a pass; undefined where it changed nothing that is told there. */
export function deploymentNews(pass: PassForHistory): DeploymentReport | undefined {
  const { target, revision, outcome, previous, status } = pass
  if (['SUPERSEDED', 'OVERTAKEN'].includes(outcome.code) || status.suspended || status.waitingFor !== undefined)
    return undefined
  const changed = isChange(pass)
  if (!changed && previous && isSettled(previous)) return undefined
  return {
    environment: target.environment,
    application: target.application,
    sha: revision,
    ...stateOf(pass),
    ...(!changed && { onlyKnown: true }),
  }
}

/** Putting drift back deploys nothing. */
function isChange({ outcome, objects }: PassForHistory): boolean {
  if (outcome.decision === 'nothing') return false
  const changes = objects.filter(({ verb }) => verb !== 'unchanged' && verb !== 'skipped')
  return changes.length === 0 || changes.some(({ reason }) => reason !== 'DRIFT_HEALED')
}

function isSettled({ sync, health, problems }: TargetStatus): boolean {
  return sync !== 'Unknown' && health === 'Healthy' && problems.length === 0
}

type Said = { readonly state: DeploymentState; readonly description: string }

/** The same words for the same state, so that nothing is written while it lasts. */
function stateOf(pass: PassForHistory): Said {
  const { outcome } = pass
  const { decision, code } = outcome
  if (decision === 'done' || decision === 'nothing' || code.startsWith('DRIFT_')) return appliedState(pass)
  if (code === 'HEALTH_WAITS') return { state: 'in_progress', description: 'Applied; not everything is healthy yet.' }
  if (code.startsWith('PRUNE_') && decision === 'waiting') return { state: 'in_progress', description: words(outcome) }
  if (isOutage(pass))
    return { state: 'error', description: `The cluster could not be asked; it is tried again (${code}).` }
  return { state: 'failure', description: words(outcome) }
}

/** Done only once every cluster of the environment is. */
function appliedState({ siblings }: PassForHistory): Said {
  const failed = siblings.find(({ health, problems }) => health === 'Degraded' || problems.length > 0)
  if (failed)
    return { state: 'failure', description: clip(`${failed.target.cluster}: ${faultOf(failed)}`, DESCRIPTION) }
  const missing = siblings.filter(({ sync, health, waitingFor }) => {
    return sync !== 'Synced' || health !== 'Healthy' || waitingFor !== undefined
  })
  if (missing.length === 0) return { state: 'success', description: 'Applied; everything is healthy.' }
  const names = missing.map(({ target }) => target.cluster).sort()
  return { state: 'in_progress', description: clip(`Applied here; not yet in ${names.join(', ')}.`, DESCRIPTION) }
}

function faultOf({ problems: [first], health }: TargetStatus): string {
  return first?.message ?? `is ${health}`
}

function isOutage({ outcome: { decision, code }, objects }: PassForHistory): boolean {
  return decision === 'failed' && (code === 'APPLY_UNAVAILABLE' || objects.every(({ verb }) => verb !== 'failed'))
}

/** GitHub's limit is 140 characters. What to do next is kept whole; what happened is cut to what is left. */
function words({ message, remedy }: Outcome): string {
  const next = remedy && remedy.length < DESCRIPTION - MESSAGE ? ` ${remedy}` : ''
  return `${clip(message, DESCRIPTION - next.length)}${next}`
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text
}
