import type { LiveObject } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { JsonObject } from '../../model/json.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { checkDrift } from '../drift/check-drift.ts'
import { rulesFor } from '../drift/ignore-rules.ts'
import { ownFieldsHash } from '../fields/own-fields.ts'
import { FORCE_ANNOTATION } from '../labels.ts'
import { annotationOf, textAt } from '../live/live-object.ts'
import type { LiveRecord } from '../live/live-record.ts'
import type { Session } from '../pass/session.ts'
import { adopt } from './adopt.ts'
import { bodyToApply } from './autoscaled-body.ts'
import { dryRun } from './dry-run.ts'
import { handover } from './handover.ts'
import type { Rehearsal, RehearsalRules } from './rehearsal.ts'
import { settleDrift } from './settle-drift.ts'

/** Git has something new for it, or it is not known to be there. */
export async function rehearseChange(session: Session, plain: Rehearsal, rules: RehearsalRules): Promise<Rehearsal> {
  const { object, live } = plain.action
  const { body, autoscaled } = await changedBody(session, object, live, rules)
  const prepared: Rehearsal = {
    ...plain,
    body,
    force: annotationOf(object.body, FORCE_ANNOTATION) === 'true',
    ...(autoscaled && { note: 'REPLICAS_AUTOSCALED' }),
  }
  try {
    const answer = await dryRun(session, body, prepared.force, plain.action.recheck ? 'object' : 'metadata')
    if (!live) return exists(answer) ? await adopt(session, prepared, rules) : prepared
    if (plain.action.recheck && ownFieldsHash(answer) === live.ownHash) return { ...prepared, result: 'unchanged' }
    return await handover(session, prepared, rules)
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    if (error.kind === 'conflict') {
      return live ? settleDrift(session, prepared, rules, error) : adopt(session, prepared, rules, error.conflicts)
    }
    if (error.kind !== 'no-dry-run') throw error
    return { ...(live ? prepared : await adopt(session, prepared, rules)), note: 'DRY_RUN_UNSUPPORTED' }
  }
}

/** With ignore rules that speak of it, what they leave to others has to be known before it is applied. */
async function changedBody(
  session: Session,
  object: DesiredObject,
  live: LiveRecord | undefined,
  rules: RehearsalRules,
): Promise<{ body: JsonObject; autoscaled: boolean }> {
  const ignores = live !== undefined && rulesFor(object.key, rules.drift.ignore ?? []).length > 0
  return ignores ? checkDrift(session, object, rules) : bodyToApply(object, live, rules.autoscalers)
}

/** The answer to a dry run that would make a new object has no version. */
function exists(answer: LiveObject): boolean {
  return textAt(answer, 'metadata', 'resourceVersion') !== undefined
}
