import type { LiveObject } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import type { JsonObject } from '../../model/json.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { type Claim, checkDrift, type Judges } from '../drift/check-drift.ts'
import type { FoundDrift } from '../drift/drift.ts'
import { rulesFor } from '../drift/ignore-rules.ts'
import { hasPath } from '../fields/managed-path.ts'
import type { HealedObject } from '../heal/heal-memory.ts'
import { FIELD_MANAGER, FORCE_ANNOTATION, TARGET_LABEL } from '../labels.ts'
import { annotationOf, labelOf, textAt } from '../live/live-object.ts'
import type { LiveRecord } from '../live/live-record.ts'
import type { Session } from '../pass/session.ts'
import type { SyncAction } from '../pass/sync-plan.ts'
import { bodyToApply } from './autoscaled-body.ts'
import { refusalProblem } from './cluster-problem.ts'

/** How one object fared in its dry run. Nothing is stored yet. */
export interface Rehearsal {
  readonly action: SyncAction
  readonly result: 'unchanged' | 'apply' | 'skip' | 'refused'
  readonly body: JsonObject
  readonly force: boolean
  /** Exists in the cluster, ours or not. */
  readonly exists: boolean
  readonly drift: readonly FoundDrift[]
  /** Written before the apply, so that it takes out what people added. */
  readonly claim?: Claim
  /** Its drift is put back in so many milliseconds, and not before. */
  readonly againInMs?: number
  /** Why it is skipped, or what is left out of it. */
  readonly note?: keyof typeof import('../reasons.ts').REASONS
  readonly problem?: Problem
}

export interface RehearsalRules extends Judges {
  /** What is done about what others changed of the fields we applied before; `asked` by a person, it is put back whatever was before. */
  readonly heal: 'report' | 'heal' | 'asked'
  /** Objects as they were applied last, to tell a field taken from us from one that never was ours. */
  readonly lastApplied: () => Promise<ReadonlyMap<string, DesiredObject>>
}

export async function rehearse(session: Session, action: SyncAction, rules: RehearsalRules): Promise<Rehearsal> {
  const { object, live } = action
  const plain = {
    action,
    result: 'apply',
    body: object.body,
    force: false,
    exists: live !== undefined,
    drift: [],
  } as const
  if (action.verb === 'unchanged') return { ...plain, result: 'unchanged' }
  try {
    if (action.verb === 'suspect') return await rehearseSuspect(session, plain, rules)
    const { body, autoscaled } = await changedBody(session, object, live, rules)
    const prepared = {
      ...plain,
      body,
      force: isForced(object),
      ...(autoscaled && { note: 'REPLICAS_AUTOSCALED' as const }),
    }
    return await rehearseChange(session, prepared, rules)
  } catch (error) {
    return { ...plain, result: 'refused', problem: await refusalProblem(error, object.key, rules.mask) }
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

function isForced(object: DesiredObject): boolean {
  return annotationOf(object.body, FORCE_ANNOTATION) === 'true'
}

/** Git has nothing new for it: whatever differs was done by others. */
async function rehearseSuspect(session: Session, plain: Rehearsal, rules: RehearsalRules): Promise<Rehearsal> {
  const { object } = plain.action
  const { drift, live, body, autoscaled, claim } = await checkDrift(session, object, rules)
  const known = {
    ...plain,
    body,
    drift,
    exists: live !== undefined,
    ...(autoscaled && { note: 'REPLICAS_AUTOSCALED' as const }),
  }
  if (live && belongsElsewhere(session, live)) return elsewhere(known)
  if (drift.length === 0) return known
  if (rules.heal === 'report') return { ...known, result: 'skip', note: 'DRIFT_REPORTED' }
  const healed = { ...known, force: true, ...(claim && { claim }), note: 'DRIFT_HEALED' } as const
  return rules.heal === 'asked' ? forgiven(session, healed) : inTurn(session, healed)
}

function forgiven(session: Session, healed: Rehearsal): Rehearsal {
  session.heals.forgive(patientOf(session, healed.action.object))
  return healed
}

/** A fight with another writer slows down, and is given up. */
function inTurn(session: Session, healed: Rehearsal): Rehearsal {
  const { heals, ports } = session
  const decision = heals.decide(patientOf(session, healed.action.object), healed.drift, ports.clock.now().getTime())
  if (decision.decision === 'heal') return healed
  const { claim: _, ...kept } = { ...healed, force: false }
  if (decision.decision === 'wait') return { ...kept, result: 'skip', againInMs: decision.waitMs, note: 'DRIFT_WAITS' }
  const drift = healed.drift.map((entry) => (decision.fields.includes(entry) ? { ...entry, contended: true } : entry))
  return { ...kept, result: 'skip', drift, note: 'DRIFT_CONTENDED' }
}

export function patientOf({ ownership }: Session, { id, renderHash }: DesiredObject): HealedObject {
  return { label: ownership.target, id, renderHash }
}

async function rehearseChange(session: Session, prepared: Rehearsal, rules: RehearsalRules): Promise<Rehearsal> {
  const { object, live } = prepared.action
  const dryRun = (force: boolean) =>
    session.cluster.apply(prepared.body, { fieldManager: FIELD_MANAGER, force, dryRun: true })
  try {
    const answer = await dryRun(prepared.force)
    if (live || !exists(answer)) return { ...prepared, exists: live !== undefined }
    const found = await session.view.object(object.key)
    if (found && belongsElsewhere(session, found)) return elsewhere(prepared)
    return { ...prepared, exists: found !== undefined }
  } catch (error) {
    if (!(error instanceof ClusterError) || error.kind !== 'conflict') throw error
    return settleConflict(session, prepared, rules, error)
  }
}

/** The answer to a dry run that would make a new object has no version. */
function exists(answer: LiveObject): boolean {
  return textAt(answer, 'metadata', 'resourceVersion') !== undefined
}

/** A conflict over fields that we had applied is drift; over any other field it is the other manager's right. */
async function settleConflict(
  session: Session,
  prepared: Rehearsal,
  rules: RehearsalRules,
  conflict: ClusterError,
): Promise<Rehearsal> {
  const { object, live } = prepared.action
  const before = live && (await rules.lastApplied()).get(object.id)
  const wasOurs = before !== undefined && conflict.conflicts.every(({ field }) => hasPath(before.body, field))
  if (!wasOurs)
    return { ...prepared, result: 'refused', problem: await refusalProblem(conflict, object.key, rules.mask) }
  const { drift } = await checkDrift(session, before, rules)
  if (rules.heal !== 'report') return { ...prepared, force: true, drift, note: 'DRIFT_HEALED' }
  return { ...prepared, result: 'refused', drift, problem: driftBlocks(session, object, drift) }
}

function driftBlocks(session: Session, object: DesiredObject, drift: readonly FoundDrift[]): Problem {
  const fields = drift.map(({ path, manager }) => `${path}${manager ? ` by ${manager}` : ''}`).join(', ')
  return {
    code: 'DRIFT_BLOCKS',
    message: `${resourceLabel(object.key)} was not applied: its live fields were changed (${fields}), and the drift policy is report.`,
    object: resourceLabel(object.key),
    remedy: `Comment \`/heal ${session.target.environment}\`, or bring the change into Git.`,
  }
}

function belongsElsewhere(session: Session, live: LiveObject): boolean {
  const label = labelOf(live, TARGET_LABEL)
  return label !== undefined && label !== session.ownership.target
}

/** A Namespace may stand in several renders: the target that has it keeps it. Everything else has one owner. */
function elsewhere(rehearsal: Rehearsal): Rehearsal {
  const { key } = rehearsal.action.object
  if (key.group === '' && key.kind === 'Namespace') {
    return { ...rehearsal, result: 'skip', exists: true, drift: [], note: 'NAMESPACE_SHARED' }
  }
  const problem: Problem = {
    code: 'OBJECT_OF_OTHER_TARGET',
    message: `${resourceLabel(key)} already belongs to another target.`,
    object: resourceLabel(key),
    remedy: 'Keep it in one of the two overlays, or give it another name.',
  }
  return { ...rehearsal, result: 'refused', exists: true, drift: [], problem }
}
