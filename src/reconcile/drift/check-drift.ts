import type { DriftConfig } from '../../config/repository-config.ts'
import type { LiveObject } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { type Autoscalers, bodyToApply } from '../apply/autoscaled-body.ts'
import { contestOf } from '../apply/autoscaler.ts'
import type { Claim } from '../apply/claim.ts'
import type { DesiredObject } from '../desired/desired.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import { type Addition, claimed, peoplesAdditions } from '../fields/additions.ts'
import { isPerson } from '../fields/people.ts'
import { withoutField } from '../fields/without-field.ts'
import { FIELD_MANAGER, TARGET_LABEL } from '../labels.ts'
import { labelOf, textAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { addedFields, type FoundDrift, isLateWrite, lostFields, missingDrift, toFoundDrift } from './drift.ts'
import { type FieldPlace, isIgnored, rulesFor } from './ignore-rules.ts'

export interface DriftCheck {
  readonly drift: readonly FoundDrift[]
  /** As it is, with or without our label; absent when it is gone. */
  readonly live?: LiveObject
  /** What to apply: without what is left to an autoscaler or, by an ignore rule, to whoever writes it. */
  readonly body: JsonObject
  readonly autoscaled: boolean
  readonly claim?: Claim
  /** Version of the object in which what is still ours is not as it would be applied: see `isLateWrite`. */
  readonly lateWrite?: string
}

export interface Judges {
  readonly mask: LazyMask
  readonly autoscalers: Autoscalers
  readonly drift: Pick<DriftConfig, 'ignore' | 'people'>
}

/** What others did to an object that was applied as `object` says, confirmed by a dry run of applying it again. */
export async function checkDrift(session: Session, object: DesiredObject, judges: Judges): Promise<DriftCheck> {
  const live = await session.view.object(object.key)
  const contested = live && contestOf(live)
  const { body, autoscaled } = await bodyToApply(object, contested, judges.autoscalers)
  if (!live || labelOf(live, TARGET_LABEL) !== session.ownership.target) {
    return { ...(live && { live }), body, autoscaled, drift: [missingDrift(object.key, live)] }
  }
  const answer = await session.cluster.apply(body, { fieldManager: FIELD_MANAGER, force: true, dryRun: true })
  const left = ignoredBy(object.key, judges)
  const lost = lostFields(live, answer)
  const added = additionsTo(live, object.key, judges).filter(
    ({ path }) => !lost.some((field) => isWithin(path, field.path)),
  )
  const drift = [...lost.filter((field) => !left(field)), ...addedFields(added)]
  const mask = drift.length > 0 ? await judges.mask() : undefined
  return {
    live,
    body: lost.filter(left).reduce((kept, { steps }) => withoutField(kept, steps), body),
    autoscaled,
    drift: mask ? drift.map((field) => toFoundDrift(object.key, live, field, mask)) : [],
    ...(added.length > 0 && { claim: claimOf(live, added) }),
    ...(isLateWrite(live, answer) && { lateWrite: versionOf(live) }),
  }
}

/** What was ours and is theirs now was not added: it goes by being applied. */
function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`)
}

/** What people added that no rule ignores. */
export function additionsTo(live: LiveObject, key: ResourceKey, { drift }: Pick<Judges, 'drift'>): Addition[] {
  const left = ignoredBy(key, { drift })
  return peoplesAdditions(live, (manager) => isPerson(manager, drift.people)).filter((addition) => !left(addition))
}

function ignoredBy(key: ResourceKey, { drift }: Pick<Judges, 'drift'>): (field: FieldPlace) => boolean {
  const rules = rulesFor(key, drift.ignore ?? [])
  return (field) => isIgnored(field, rules)
}

export function claimOf(live: LiveObject, added: readonly Addition[]): Claim {
  return {
    resourceVersion: versionOf(live),
    managedFields: claimed(live, added),
  }
}

function versionOf(live: LiveObject): string {
  return textAt(live, 'metadata', 'resourceVersion') ?? ''
}
