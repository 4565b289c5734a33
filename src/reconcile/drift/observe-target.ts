import { LockstepError, type Problem } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { resourceId } from '../../model/resource-key.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { autoscalersOf } from '../apply/autoscaled-body.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { lastApplied } from '../desired/last-applied.ts'
import { type LazyMask, targetMask } from '../desired/secret-mask.ts'
import { worstHealth } from '../health/health.ts'
import { healthProblems, inventoryHealth } from '../health/inventory-health.ts'
import { type Inventory, type InventoryRecord, isWanted } from '../inventory/inventory.ts'
import { writeHealthySince } from '../inventory/inventory-store.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import type { Session } from '../pass/session.ts'
import { suspects } from '../pass/sync-plan.ts'
import { checkDrift } from './check-drift.ts'
import { type FoundDrift, missingDrift, withSince } from './drift.ts'

/** What is known of the target from before: `since` of its drift is kept, and `problems` of the last pass are shown again. */
export interface Known {
  readonly previous?: TargetStatus
  readonly problems?: readonly Problem[]
  /** Nothing is noted in the cluster: for those who only want to see it. */
  readonly readOnly?: boolean
}

export interface Observation {
  readonly status: TargetStatus
  /** Objects, by `resourceId` and version, on which a write of ours came late: not drift, and still to be put right. */
  readonly lateWrites: readonly string[]
}

/** Health and drift of a target as they are now, from the cluster and its inventory alone. Notes since when it is healthy. */
export async function observeTarget(session: Session, known: Known = {}): Promise<Observation> {
  const inventory = await currentInventory(session)
  await session.view.hold(kindsOf([...inventory.records.values()].map(({ key }) => key)), session.signal)
  const live = session.view.ofTarget(session.ownership.target)
  const suspected = suspects(inventory, live)
  const applied = suspected.length > 0 ? await lastApplied(session, inventory).catch(nothingRenders) : NOTHING
  const mask = targetMask(session, applied.render, live)
  const judges = { mask, autoscalers: autoscalersOf(session), drift: applied.drift }
  const checks = await mapLimited(suspected, session.concurrency, async (record): Promise<Checked> => {
    const id = resourceId(record.key)
    const object = applied.objects.get(id)
    if (!object) return { drift: goneWithoutTrace(record, live.has(id)) }
    const { drift: found, lateWrite } = await checkDrift(session, object, judges)
    const drift = found.map((entry) => toldContended(session, object, entry))
    return { drift, ...(lateWrite !== undefined && { lateWrite: `${id}@${lateWrite}` }) }
  })
  const drift = checks.flatMap((check) => check.drift)
  const lateWrites = checks.flatMap(({ lateWrite }) => lateWrite ?? [])
  const objects = inventoryHealth(inventory, live)
  const health = inventory.records.size > 0 ? worstHealth(objects.map((object) => object.health)) : 'Missing'
  const now = session.ports.clock.now().toISOString()
  const healthySince = known.readOnly
    ? inventory.healthySince
    : await noteHealth(session, inventory, health === 'Healthy', now)
  const problems = [...(known.problems ?? []), ...healthProblems(objects)]
  const status: TargetStatus = {
    target: session.target,
    ...(inventory.revision && { revision: inventory.revision }),
    ...(inventory.renderDigest && { renderDigest: inventory.renderDigest }),
    sync: isSynced(inventory) && drift.length + lateWrites.length === 0 ? 'Synced' : 'OutOfSync',
    health,
    ...(healthySince && { healthySince }),
    drift: withSince(drift, known.previous?.drift ?? [], now),
    problems: await masked(problems, mask),
    observedAt: now,
  }
  return { status, lateWrites }
}

interface Checked {
  readonly drift: readonly FoundDrift[]
  readonly lateWrite?: string
}

function toldContended(
  { heals, ownership }: Session,
  { id, renderHash }: DesiredObject,
  entry: FoundDrift,
): FoundDrift {
  const contended = heals.isContended({ label: ownership.target, id, renderHash }, entry)
  return contended ? { ...entry, contended } : entry
}

async function masked(problems: readonly Problem[], mask: LazyMask): Promise<readonly Problem[]> {
  if (problems.length === 0) return []
  const { text } = await mask()
  return problems.map((problem) => ({ ...problem, message: text(problem.message) }))
}

const NOTHING = { objects: new Map(), render: { manifests: [] }, drift: {} } as const

/** A commit that cannot be read or built any more: fields cannot be compared, missing objects still can. */
function nothingRenders(error: unknown) {
  if (error instanceof LockstepError && error.kind === 'refused') return NOTHING
  throw error
}

function goneWithoutTrace(record: InventoryRecord, present: boolean): FoundDrift[] {
  return present ? [] : [missingDrift(record.key, undefined)]
}

function isSynced(inventory: Inventory): boolean {
  const complete = inventory.revision !== undefined && inventory.revision === inventory.attempted
  return (
    complete && [...inventory.records.values()].filter(isWanted).every(({ appliedHash }) => appliedHash !== undefined)
  )
}

/** Healthy counts from the first look that found the newest render applied in full and every object healthy. */
async function noteHealth(
  session: Session,
  inventory: Inventory,
  healthy: boolean,
  now: string,
): Promise<string | undefined> {
  const settled = healthy && inventory.revision !== undefined && inventory.revision === inventory.attempted
  if (settled === (inventory.healthySince !== undefined)) return inventory.healthySince
  const since = settled ? now : undefined
  await writeHealthySince(session, inventory, since)
  return since
}
