import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { FoundDrift } from '../drift/drift.ts'
import { worstHealth } from '../health/health.ts'
import type { HealthWait } from '../health/wait-health.ts'
import { countVerbs, type ObjectReport } from '../report/object-report.ts'

/** How far a pass came. Anything but `finished` means that nothing was pruned. */
export type PassEnd = 'refused' | 'failed' | 'superseded' | 'overtaken' | 'finished'

export interface PassFacts {
  readonly end: PassEnd
  readonly objects: readonly ObjectReport[]
  readonly problems: readonly Problem[]
  readonly health: HealthWait | undefined
  readonly drift?: readonly FoundDrift[]
  /** When drift that waits for its turn is put back. */
  readonly againInMs?: number | undefined
  /** Until objects that are on their way are late; zero or less: they are. */
  readonly healthLeftMs?: number
}

/** Sums a pass up. The first thing that needs a person names the outcome. */
export function passOutcome(facts: PassFacts): Outcome {
  const { end, objects, problems, health, drift = [], againInMs, healthLeftMs = 0 } = facts
  const counts = countVerbs(objects)
  const blocking = problems.find(({ code }) => !REPAIRED.has(code))
  if (end === 'refused' || end === 'failed') return { ...stopped(end, blocking), details: counts }
  if (end === 'superseded') {
    return { decision: 'waiting', code: 'SUPERSEDED', message: 'A newer commit is reconciled next.', details: counts }
  }
  if (end === 'overtaken') return { ...overtaken, details: counts }
  if (blocking) return { decision: waits(blocking) ? 'waiting' : 'failed', ...wordsOf(blocking), details: counts }
  const left = driftLeft(objects, drift, againInMs)
  if (left) return { ...left, details: { ...counts, ...left.details } }
  const outcome = healthOutcome(health, counts.created + counts.configured + counts.deleted)
  const inTime = outcome.code === 'HEALTH_WAITS' && healthLeftMs > 0
  return { ...outcome, details: { ...counts, ...(inTime && { againInMs: healthLeftMs }) } }
}

/** What goes by without a change of Git. */
const PASSING = new Set(['APPLY_UNAVAILABLE', 'WEBHOOK_UNAVAILABLE', 'APPLY_TERMINATING', 'REPLACE_WAITS'])

function stopped(end: 'refused' | 'failed', problem: Problem | undefined): Outcome {
  const words = problem ? wordsOf(problem) : { code: 'APPLY_REFUSED', message: 'The API server refused an object.' }
  const decision = PASSING.has(problem?.code ?? '') ? 'failed' : end
  return { decision, ...words }
}

const overtaken: Outcome = {
  decision: 'waiting',
  code: 'OVERTAKEN',
  message:
    'Another worker changed the inventory of this target meanwhile, so nothing was pruned by what this one knew.',
  remedy: 'It is looked at again at once; where that goes on, look for a second installation with the same targets.',
}

/** Told, and nothing is left to do about it. */
const REPAIRED = new Set(['INVENTORY_LOST', 'INVENTORY_CORRUPT'])

/** Objects that left Git and stay for a reason; only a refused deletion is a failure. */
function waits({ code }: Problem): boolean {
  return code.startsWith('PRUNE_') && code !== 'PRUNE_FAILED'
}

function wordsOf({ code, message, remedy }: Problem) {
  return { code, message, remedy }
}

/** Drift that this pass did not put back; what needs a person first. */
function driftLeft(
  objects: readonly ObjectReport[],
  drift: readonly FoundDrift[],
  againInMs: number | undefined,
): Outcome | undefined {
  const reasons = new Set(objects.map(({ reason }) => reason))
  if (reasons.has('DRIFT_CONTENDED')) return contended(drift)
  if (reasons.has('DRIFT_REPORTED')) return driftReported
  if (!reasons.has('DRIFT_WAITS')) return undefined
  const message = 'Live fields differ again soon after they were put back.'
  return { decision: 'waiting', code: 'DRIFT_WAITS', message, ...(againInMs && { details: { againInMs } }) }
}

function contended(drift: readonly FoundDrift[]): Outcome {
  const fields = drift.filter((entry) => entry.contended)
  const told = fields.map(({ object, path, manager }) => `${manager ?? 'somebody'} ${path || 'all'} of ${object}`)
  return {
    decision: 'waiting',
    code: 'DRIFT_CONTENDED',
    message: `Another writer keeps changing what Git sets: ${told.slice(0, 3).join(', ')}. It is not put back any more.`,
    remedy: 'Stop that writer, take the field out of Git, add a `drift.ignore` rule, or comment `/heal` to try again.',
  }
}

const driftReported: Outcome = {
  decision: 'waiting',
  code: 'DRIFT_REPORTED',
  message: 'Live fields differ from Git, and the drift policy is to report it.',
  remedy: 'Comment `/heal`, or bring the change into Git.',
}

function healthOutcome(wait: HealthWait | undefined, changes: number): Outcome {
  const objects = wait && wait.ended !== 'superseded' ? wait.objects : []
  const health = worstHealth(objects.map((object) => object.health))
  const worst = objects.find((object) => object.health === health)
  if (worst && health !== 'Healthy' && health !== 'Suspended') {
    const code = health === 'Degraded' ? 'HEALTH_FAILED' : 'HEALTH_WAITS'
    return {
      decision: 'waiting',
      code,
      message: `Applied; ${worst.key.kind}/${worst.key.name} is ${health}: ${worst.message}.`,
    }
  }
  if (changes === 0)
    return { decision: 'nothing', code: 'IN_SYNC', message: 'The cluster already holds what Git says.' }
  return {
    decision: 'done',
    code: 'RECONCILED',
    message: `Applied ${changes} ${changes === 1 ? 'change' : 'changes'}; everything is healthy.`,
  }
}
