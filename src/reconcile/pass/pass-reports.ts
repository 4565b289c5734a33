import type { Rehearsal } from '../apply/rehearsal.ts'
import type { HandedOver } from '../prune/hand-over.ts'
import type { PruneResult } from '../prune/prune.ts'
import type { PruneDecision } from '../prune/prune-guards.ts'
import type { REASONS } from '../reasons.ts'
import type { ObjectReport } from '../report/object-report.ts'
import type { StaleObject, SyncAction } from './sync-plan.ts'

export function reportOf({ object }: SyncAction, verb: ObjectReport['verb'], reason?: string): ObjectReport {
  return { key: object.key, verb, ...(reason && { reason }) }
}

/** Of an object to which the pass does nothing. */
export function reportUntouched({ action, result, note, problem }: Rehearsal): ObjectReport[] {
  if (result === 'apply') return []
  if (result === 'unchanged') return [reportOf(action, 'unchanged', note)]
  return [reportOf(action, result === 'skip' ? 'skipped' : 'failed', problem?.code ?? note)]
}

/** Objects that left Git and are left alone. Those that are simply gone are not told. */
export function reportKept({ keep, forget }: PruneDecision): ObjectReport[] {
  const released = forget.filter(({ live, finding }) => live !== undefined || finding?.code === 'released')
  return [
    ...keep.flatMap(({ object, code }) => told([object], 'skipped', code)),
    ...told(released, 'skipped', 'PRUNE_RELEASED'),
  ]
}

/** What would be done to objects that left Git, or is not done before the others are healthy. */
export function reportPending(
  { remove, handOver }: PruneDecision,
  verb: 'skipped' | 'deleted',
  reason?: keyof typeof REASONS,
): ObjectReport[] {
  return [
    ...told(remove, verb, reason),
    ...told(handOver, verb === 'skipped' ? verb : 'configured', reason ?? 'PRUNE_HANDED_OVER'),
  ]
}

export function reportPruned({ deleted, kept, forgotten, failed }: PruneResult, { given }: HandedOver): ObjectReport[] {
  return [
    ...told(deleted, 'deleted'),
    ...kept.flatMap(({ object, code }) => told([object], 'skipped', code)),
    ...told(forgotten, 'skipped', 'PRUNE_RELEASED'),
    ...told(failed, 'failed', 'PRUNE_FAILED'),
    ...told(given, 'configured', 'PRUNE_HANDED_OVER'),
  ]
}

function told(
  objects: readonly StaleObject[],
  verb: ObjectReport['verb'],
  reason?: keyof typeof REASONS,
): ObjectReport[] {
  return objects.map(({ record }) => ({ key: record.key, verb, ...(reason && { reason }) }))
}
