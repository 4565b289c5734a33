import { ClusterError } from '../../model/cluster-error.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import type { FoundDrift } from '../drift/drift.ts'
import { FIELD_MANAGER } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import { bodyToApply } from './autoscaled-body.ts'
import { waitsFor } from './references.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'
import { stuckProblem } from './replace-object.ts'
import { isReplaceable, losesClaims } from './replace-policy.ts'

/**
 * What a refused dry run does not forbid: objects that need another one of the same plan, drifted objects behind a webhook without dry
 * run, and fields fixed for life where Git allows to replace the object. undefined: the refusal stands. Throws what else the server says.
 */
export async function wayAround(
  session: Session,
  plain: Rehearsal,
  rules: RehearsalRules,
  error: unknown,
  made: ReadonlySet<string>,
): Promise<Rehearsal | undefined> {
  if (!(error instanceof ClusterError)) return undefined
  const { object, verb } = plain.action
  if (verb === 'create' && waitsFor(error, object, made)) return { ...plain, late: true, note: 'NOT_REHEARSED' }
  if (verb === 'suspect' && rules.heal === 'report' && error.kind !== 'no-dry-run') return undefined
  const { body } = await bodyToApply(object, plain.action.live, rules.autoscalers)
  const prepared = { ...plain, body }
  if (error.kind === 'no-dry-run') return unconfirmed(prepared, rules)
  return error.kind === 'immutable' ? replacement(session, prepared, error) : undefined
}

/** Something about it is not as it was applied; what exactly, only a dry run could tell. */
function unconfirmed(prepared: Rehearsal, rules: RehearsalRules): Rehearsal {
  const { key } = prepared.action.object
  const entry: FoundDrift = {
    object: resourceLabel(key),
    ...(key.namespace !== undefined && { namespace: key.namespace }),
    path: '',
    desired: 'as it was applied',
    live: 'changed',
  }
  const known = { ...prepared, drift: [entry], note: 'DRY_RUN_UNSUPPORTED' } as const
  return rules.heal === 'report' ? { ...known, result: 'skip' } : { ...known, force: true }
}

/** Making it anew is rehearsed too: the server checks everything before it finds that the name is taken. */
async function replacement(session: Session, prepared: Rehearsal, error: ClusterError): Promise<Rehearsal | undefined> {
  const { object, live } = prepared.action
  if (!live || !isReplaceable(object.key, prepared.body, live, error)) return undefined
  if (live.deletion)
    return { ...prepared, result: 'refused', problem: stuckProblem(object.key, live.deletion.finalizers) }
  const found = await session.view.object(object.key)
  if (!found || losesClaims(found)) return undefined
  const refused = await session.cluster
    .create(prepared.body, { fieldManager: FIELD_MANAGER, dryRun: true })
    .then(() => undefined)
    .catch((refusal: unknown) => refusal)
  if (refused !== undefined && !isOnlyTheLiveOne(refused)) throw refused
  return { ...prepared, replaces: live.uid, note: 'REPLACED' }
}

/** Its name, or a port or address that it holds, is free once it is gone. */
function isOnlyTheLiveOne(error: unknown): boolean {
  if (!(error instanceof ClusterError)) return false
  if (error.kind === 'exists' || error.kind === 'no-dry-run') return true
  return error.causes.length > 0 && error.causes.every(({ message }) => /already allocated/.test(message))
}
