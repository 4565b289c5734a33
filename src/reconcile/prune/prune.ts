import type { Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Session } from '../pass/session.ts'
import { type Deleted, type DeletionRules, deleteObject } from './delete-object.ts'
import type { ExaminedObject } from './examined-object.ts'
import { type KeptObject, keptProblem, type PruneDecision } from './prune-guards.ts'
import { isCustom, pruneOrder } from './prune-order.ts'

/** As long as this, what is deleted later waits for the controllers of custom resources to let them go. */
const PATIENCE_MS = 120_000

export interface PruneResult {
  /** Surely gone. */
  readonly deleted: readonly ExaminedObject[]
  /** Asked to go and still there, or not removed after all. */
  readonly kept: readonly KeptObject[]
  /** Not ours any more when it was to be deleted. */
  readonly forgotten: readonly ExaminedObject[]
  readonly failed: readonly ExaminedObject[]
  readonly problems: readonly Problem[]
}

/**
 * Deletes what was decided, group by group, each object only as it was looked at. A refusal is a problem of that object, and the others
 * go on. Throws what stops everything: an abort, an unreachable server.
 */
export async function prune(session: Session, decision: PruneDecision, rules: DeletionRules): Promise<PruneResult> {
  const results: Deleted[] = []
  const pending = decision.keep.filter(({ code }) => code === 'PRUNE_DELETING')
  for (const group of pruneOrder(decision.remove, ({ record }) => record.key)) {
    session.signal.throwIfAborted()
    const left = [...pending, ...results.flatMap((result) => (result.fate === 'kept' ? [result] : []))]
    const waits = left.some((kept) => isLettingGo(kept, session.ports.clock.now()))
    const deletions = await mapLimited(group, session.concurrency, (object) =>
      (waits && !isCustom(object.record.key)) || holdsAnyOf(object, results)
        ? waiting(object)
        : deleteObject(session, object, rules),
    )
    results.push(...deletions)
  }
  return summed(results)
}

function isLettingGo({ object, code }: KeptObject, now: Date): boolean {
  const since = object.live?.deletion?.since
  if (code !== 'PRUNE_DELETING' || !since || !isCustom(object.record.key)) return false
  return Math.abs(now.getTime() - Date.parse(since)) < PATIENCE_MS
}

/** A namespace does not take along what was just kept. */
function holdsAnyOf({ record }: ExaminedObject, results: readonly Deleted[]): boolean {
  if (record.key.kind !== 'Namespace' || record.key.group !== '') return false
  return results.some(({ fate, object }) => fate !== 'deleted' && object.record.key.namespace === record.key.name)
}

async function waiting(object: ExaminedObject): Promise<Deleted> {
  return { fate: 'kept', object, code: 'PRUNE_WAITS', message: 'waits for objects that are still being deleted' }
}

function summed(results: readonly Deleted[]): PruneResult {
  const of = (fate: Deleted['fate']) => results.filter((result) => result.fate === fate).map(({ object }) => object)
  const kept = results.flatMap((result) => (result.fate === 'kept' ? [result] : []))
  const refused = results.flatMap((result) => (result.fate === 'failed' ? [result.problem] : []))
  return {
    deleted: of('deleted'),
    kept,
    forgotten: of('forgotten'),
    failed: of('failed'),
    problems: [...refused, ...kept.map(keptProblem)],
  }
}
