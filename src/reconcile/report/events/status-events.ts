import type { Problem } from '../../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../../model/resource-key.ts'
import type { DriftEntry, TargetStatus } from '../../../model/target-status.ts'
import { driftId } from '../../drift/drift.ts'
import type { EventNote, Regarding } from './event-note.ts'
import { by, isAbout } from './pass-events.ts'

export interface StatusNews {
  readonly previous: TargetStatus | undefined
  readonly status: TargetStatus
  /** The target's live objects. */
  readonly live: readonly Regarding[]
  /** Its inventory, for what is not there any more. */
  readonly inventory: ResourceKey
}

/** What became so since the last look: drift that is new or newly fought over, and objects that degraded. */
export function statusEvents({ previous, status, live, inventory }: StatusNews): EventNote[] {
  if (status.sync === 'Unknown' || previous === undefined) return []
  const told = new Set(previous.drift.map(printDrift))
  const known = new Set(previous.problems.map(printProblem))
  const drift = status.drift.filter((entry) => !told.has(printDrift(entry)))
  const degraded = status.problems.filter(
    (problem) => problem.code === 'OBJECT_DEGRADED' && !known.has(printProblem(problem)),
  )
  return [
    ...drift.map((entry) => driftNote(entry, live, inventory)),
    ...degraded.flatMap((problem) => healthNote(problem, live)),
  ]
}

function driftNote(entry: DriftEntry, live: readonly Regarding[], inventory: ResourceKey): EventNote {
  const regarding = live.find(({ key }) => isAbout(entry, key))
  const { object, path, desired, live: value, manager, contended } = entry
  const what = path === '' ? `${object} is ${value}` : `${path} is ${value}, Git says ${desired}`
  const place = regarding || path === '' ? '' : `${object} `
  return {
    reason: contended ? 'DriftContended' : 'DriftFound',
    message: `${place}${what}${value === '(absent)' ? '' : by(manager)}`,
    regarding: regarding ?? { key: inventory },
  }
}

function healthNote(problem: Problem, live: readonly Regarding[]): EventNote[] {
  const regarding = live.find(({ key }) => resourceLabel(key) === problem.object)
  return regarding ? [{ reason: 'HealthDegraded', message: problem.message, regarding }] : []
}

function printDrift(entry: DriftEntry): string {
  return `${driftId(entry)}\n${entry.contended ?? false}`
}

function printProblem({ code, object, message }: Problem): string {
  return [code, object, message].join('\n')
}
