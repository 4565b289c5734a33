import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { worstHealth } from '../health/health.ts'
import type { HealthWait } from '../health/wait-health.ts'
import { countVerbs, type ObjectReport } from '../report/object-report.ts'

/** How far a pass came. Anything but `finished` means that nothing was pruned. */
export type PassEnd = 'refused' | 'failed' | 'superseded' | 'finished'

export interface PassFacts {
  readonly end: PassEnd
  readonly objects: readonly ObjectReport[]
  readonly problems: readonly Problem[]
  readonly health: HealthWait | undefined
}

/** Sums a pass up. The first thing that needs a person names the outcome. */
export function passOutcome({ end, objects, problems, health }: PassFacts): Outcome {
  const counts = countVerbs(objects)
  const blocking = problems[0]
  if (end === 'refused' || end === 'failed') return { ...stopped(end, blocking), details: counts }
  if (end === 'superseded') {
    return { decision: 'waiting', code: 'SUPERSEDED', message: 'A newer commit is reconciled next.', details: counts }
  }
  if (blocking) return { decision: waits(blocking) ? 'waiting' : 'failed', ...wordsOf(blocking), details: counts }
  if (objects.some(({ reason }) => reason === 'DRIFT_REPORTED')) return { ...driftReported, details: counts }
  return { ...healthOutcome(health, counts.created + counts.configured + counts.deleted), details: counts }
}

function stopped(end: 'refused' | 'failed', problem: Problem | undefined): Outcome {
  const words = problem ? wordsOf(problem) : { code: 'APPLY_REFUSED', message: 'The API server refused an object.' }
  const decision = problem?.code === 'APPLY_UNAVAILABLE' ? 'failed' : end
  return { decision, ...words }
}

function waits({ code }: Problem): boolean {
  return ['PRUNE_LIMIT', 'PRUNE_PROTECTED', 'PRUNE_NOT_OURS'].includes(code)
}

function wordsOf({ code, message, remedy }: Problem) {
  return { code, message, remedy }
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
