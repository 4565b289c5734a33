import { mapLimited } from '../../model/map-limited.ts'
import type { Target } from '../../model/target.ts'
import type { Session } from '../pass/session.ts'
import { claimsOfOthers } from './claims.ts'
import { lookCloser } from './closer-look.ts'
import { contentsOf } from './contents.ts'
import type { ExaminedObject } from './examined-object.ts'
import { holdsOthers, type JudgeRules, judge, worthALook } from './judge.ts'
import { decidePrune, type PruneDecision, type PruneRules } from './prune-guards.ts'
import type { StaleFacts } from './stale-facts.ts'

/** Codes that only a person's word ends. */
const ASKING = new Set(['PRUNE_LIMIT', 'PRUNE_UNCONFIRMED', 'PRUNE_UNSURE'])

/**
 * Decides over what left Git. Asks the cluster about objects that seem to be gone or hold others, other overlays about objects that may
 * have moved there, and for a confirmation where one is needed: nothing of that while nothing left Git.
 */
export async function decideStale(session: Session, prepared: StaleFacts): Promise<PruneDecision> {
  const rules = { ...rulesOf(session, prepared), confirmed: false }
  const seen = await lookCloser(session, prepared.plan.stale)
  const examined = await lookAround(session, prepared, seen)
  const decision = decidePrune(examined, rules)
  if (!decision.keep.some(({ code }) => ASKING.has(code))) return decision
  const confirmed = await session.ports.pruneConfirmed(session.ref, session.target, prepared.revision)
  return confirmed ? decidePrune(examined, { ...rules, confirmed }) : decision
}

/** What a deletion is judged by; again right before it where the object changed. */
export function rulesOf(
  { ownership }: Session,
  { rendered, revision }: Pick<StaleFacts, 'rendered' | 'revision'>,
): Omit<PruneRules, 'confirmed'> {
  return { label: ownership.target, limit: rendered.config.prune.limit, revision }
}

async function lookAround(
  session: Session,
  prepared: StaleFacts,
  seen: readonly ExaminedObject[],
): Promise<readonly ExaminedObject[]> {
  const rules: JudgeRules = { label: session.ownership.target, confirmed: true }
  const open = new Set(worthALook(seen, rules))
  if (open.size === 0) return seen
  const { owners, unsure } = await claimsOfOthers(session, prepared)
  const claimed = seen.map((object) =>
    open.has(object) ? withClaim(object, owners.get(object.id), unsure[0]) : object,
  )
  const leaving = new Set(claimed.filter((object) => judge(object, rules).fate === 'remove').map(({ id }) => id))
  return mapLimited(claimed, session.concurrency, async (object): Promise<ExaminedObject> => {
    if (!leaving.has(object.id) || !holdsOthers(object.record.key)) return object
    const by = await contentsOf(session, object, leaving)
    return by.length > 0 ? { ...object, finding: { code: 'in-use', by } } : object
  })
}

function withClaim(object: ExaminedObject, by: Target | undefined, unsure: Target | undefined): ExaminedObject {
  if (by) return { ...object, finding: { code: 'claimed', by } }
  return unsure ? { ...object, finding: { code: 'unsure', by: unsure } } : object
}

/** Nothing waits for a person's confirmation: what is kept, is kept on purpose. */
export function isComplete(decision: PruneDecision): boolean {
  return !decision.keep.some(({ code }) => ASKING.has(code))
}
