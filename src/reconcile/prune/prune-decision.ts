import type { Prepared } from '../pass/prepare.ts'
import type { Session } from '../pass/session.ts'
import { decidePrune, type PruneDecision } from './prune-guards.ts'

/** Decides over what left Git. A confirmation is asked for only when the limit needs one. */
export async function decideStale(session: Session, prepared: Prepared): Promise<PruneDecision> {
  const { revision, plan, rendered } = prepared
  const rules = { label: session.ownership.target, limit: rendered.config.prune.limit, revision }
  const decision = decidePrune(plan.stale, { ...rules, confirmed: false })
  if (!decision.problems.some(({ code }) => code === 'PRUNE_LIMIT')) return decision
  const confirmed = await session.ports.pruneConfirmed(session.ref, session.target, revision)
  return decidePrune(plan.stale, { ...rules, confirmed })
}

/** Nothing waits for a person's confirmation: what is kept, is kept on purpose. */
export function isComplete(decision: PruneDecision): boolean {
  return !decision.keep.some(({ code }) => code === 'PRUNE_LIMIT')
}
