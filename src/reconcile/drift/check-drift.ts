import type { LiveObject } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import { type Autoscalers, bodyToApply } from '../apply/autoscaled-body.ts'
import { replicasAreContested } from '../apply/autoscaler.ts'
import type { DesiredObject } from '../desired/desired.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import { FIELD_MANAGER, TARGET_LABEL } from '../labels.ts'
import { labelOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { type FoundDrift, fieldDrift, missingDrift } from './drift.ts'

export interface DriftCheck {
  readonly drift: readonly FoundDrift[]
  /** As it is, with or without our label; absent when it is gone. */
  readonly live?: LiveObject
  readonly body: JsonObject
  readonly autoscaled: boolean
}

export interface Judges {
  readonly mask: LazyMask
  readonly autoscalers: Autoscalers
}

/** What others did to an object that was applied as `object` says, confirmed by a dry run of applying it again. */
export async function checkDrift(
  session: Session,
  object: DesiredObject,
  { mask, autoscalers }: Judges,
): Promise<DriftCheck> {
  const live = await session.view.object(object.key)
  const { body, autoscaled } = await bodyToApply(
    object,
    live && { replicasContested: replicasAreContested(live) },
    autoscalers,
  )
  const known = { ...(live && { live }), body, autoscaled }
  if (!live || labelOf(live, TARGET_LABEL) !== session.ownership.target) {
    return { ...known, drift: [missingDrift(object.key, live)] }
  }
  const answer = await session.cluster.apply(body, { fieldManager: FIELD_MANAGER, force: true, dryRun: true })
  return { ...known, drift: fieldDrift(object.key, live, answer, await mask()) }
}
