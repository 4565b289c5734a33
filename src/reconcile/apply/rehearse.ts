import type { Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { Session } from '../pass/session.ts'
import type { SyncAction } from '../pass/sync-plan.ts'
import { refusalProblem } from './cluster-problem.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'
import { rehearseChange } from './rehearse-change.ts'
import { rehearseSuspect } from './rehearse-suspect.ts'
import { wayAround } from './way-around.ts'
import { withinLimit } from './within-limit.ts'

/** Codes that say nothing about the object: the next one would most likely fare the same. */
const OUTAGES = new Set(['APPLY_UNAVAILABLE', 'WEBHOOK_UNAVAILABLE'])

/**
 * Dry runs of everything that is not known to be as it should; nothing is stored. Refusals are in the rehearsals. Once the server, or a
 * webhook of it, could not answer one, no more are begun.
 */
export async function rehearseAll(
  session: Session,
  actions: readonly SyncAction[],
  rules: RehearsalRules,
): Promise<Rehearsal[]> {
  const made = new Set(actions.filter(({ verb }) => verb === 'create').map(({ object }) => object.id))
  let outage: Problem | undefined
  return mapLimited(actions, session.concurrency, async (action) => {
    if (outage && action.verb !== 'unchanged') return { ...plainOf(action), result: 'skip', note: 'NOT_ASKED' } as const
    const rehearsal = await rehearse(session, action, rules, made)
    if (OUTAGES.has(rehearsal.problem?.code ?? '')) outage = rehearsal.problem
    return rehearsal
  })
}

async function rehearse(
  session: Session,
  action: SyncAction,
  rules: RehearsalRules,
  made: ReadonlySet<string>,
): Promise<Rehearsal> {
  if (action.live?.disabled || action.object.disabled) {
    return { ...plainOf(action), result: 'skip', note: 'RECONCILE_DISABLED' }
  }
  if (action.verb === 'unchanged') return unchanged(action)
  const plain = plainOf(action)
  try {
    const rehearsed = await (action.verb === 'suspect' ? rehearseSuspect : rehearseChange)(session, plain, rules)
    return await withinLimit(session, rehearsed)
  } catch (error) {
    return refusedUnless(session, plain, rules, error, made)
  }
}

async function refusedUnless(
  session: Session,
  plain: Rehearsal,
  rules: RehearsalRules,
  error: unknown,
  made: ReadonlySet<string>,
): Promise<Rehearsal> {
  const refused = async (refusal: unknown): Promise<Rehearsal> => ({
    ...plain,
    result: 'refused',
    problem: await refusalProblem(refusal, plain.action.object.key, rules.mask),
  })
  try {
    return (await wayAround(session, plain, rules, error, made)) ?? (await refused(error))
  } catch (other) {
    return refused(other)
  }
}

/** Its body is not asked for: mostly nothing is sent, and then no render need be read. */
function unchanged(action: SyncAction): Rehearsal {
  return {
    action,
    result: 'unchanged',
    get body() {
      return action.object.body
    },
    force: false,
    exists: action.live !== undefined,
    drift: [],
  }
}

function plainOf(action: SyncAction): Rehearsal {
  const { object, live } = action
  return { action, result: 'apply', body: object.body, force: false, exists: live !== undefined, drift: [] }
}
