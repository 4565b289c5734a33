import type { Problem } from '../../model/errors.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { autoscalersOf, withDesired } from '../apply/autoscaled-body.ts'
import type { RehearsalRules } from '../apply/rehearsal.ts'
import { oversized } from '../apply/within-limit.ts'
import { desiredState } from '../desired/desired-state.ts'
import { lastApplied } from '../desired/last-applied.ts'
import { type LazyMask, targetMask } from '../desired/secret-mask.ts'
import type { TargetRender } from '../desired/target-render.ts'
import { healthRules } from '../health/custom-rules.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { trustedInventory } from '../inventory/recover-inventory.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import type { LiveRecord } from '../live/live-record.ts'
import { memoised } from '../memoised.ts'
import type { Source } from '../ports.ts'
import { type Assignment, assign, type Found, findNewest, renderNewest } from '../targets/assignment.ts'
import type { Session } from './session.ts'
import { planSync, type SyncPlan } from './sync-plan.ts'

/** Everything a pass decides from, read once. Nothing is written. */
export interface Prepared extends Pick<Assignment, 'wait' | 'judgedBy' | 'idle' | 'marks' | 'superseded'> {
  readonly source: Source
  readonly revision: string
  readonly rendered: TargetRender
  readonly inventory: Inventory
  readonly live: ReadonlyMap<string, LiveRecord>
  readonly plan: SyncPlan
  readonly mask: LazyMask
  readonly rules: RehearsalRules
  /** Reasons not to apply this render at all. */
  readonly problems: readonly Problem[]
  /** What was wrong with the inventory that it had to be rebuilt; this stops nothing. */
  readonly recovered: readonly Problem[]
  readonly renderMs: number
}

export async function prepare(session: Session, heal: boolean): Promise<Prepared> {
  const { clock } = session.ports
  const { view, signal, ownership } = session
  const { known, found } = await readBoth(session)
  const { environment } = found.newest
  view.useHealth(ownership.target, healthRules(environment.health))
  view.usePeople(ownership.target, environment.drift.people ?? [])
  // The cluster tells while the overlay is rendered; what fails is told where it is waited for.
  view.hold(kindsOf(keysOf(known)), signal).catch(() => undefined)
  const begun = clock.now().getTime()
  const assignment = await assign(session, found, known)
  const { rendered } = assignment
  const renderMs = clock.now().getTime() - begun
  const { objects, problems } = await desiredState(session, rendered.render, rendered.environment)
  await view.hold(kindsOf([...objects.map(({ key }) => key), ...keysOf(known)]), signal)
  const trusted = await trustedInventory(session, known, new Set(objects.map(({ id }) => id)))
  const { inventory } = trusted
  if (inventory !== known) await view.hold(kindsOf(keysOf(inventory)), signal)
  const live = view.ofTarget(ownership.target)
  const plan = planSync(objects, inventory, live, rendered.environment.drift.ignore)
  const mask = targetMask(session, rendered.render, live)
  return {
    ...assignment,
    inventory,
    live,
    plan,
    mask,
    rules: {
      mask,
      autoscalers: withDesired(autoscalersOf(session), objects),
      drift: rendered.environment.drift,
      takeover: rendered.config.takeover ?? [],
      heal: heal ? 'asked' : rendered.environment.drift.policy,
      lastApplied: memoised(async () => (await lastApplied(session, inventory)).objects),
    },
    problems: problems.length > 0 ? problems : oversized(plan.actions),
    recovered: trusted.problems,
    renderMs,
  }
}

/** Git and the cluster at once; where both have something wrong with them, what is wrong in Git is told. */
async function readBoth(session: Session): Promise<{ known: Inventory; found: Found }> {
  const reading = currentInventory(session).then(
    (known) => ({ known }),
    (outage: unknown) => ({ outage }),
  )
  const found = await findNewest(session)
  const read = await reading
  if ('known' in read) return { known: read.known, found }
  await renderNewest(session, found.newest)
  throw read.outage
}

function keysOf({ records }: Inventory): ResourceKey[] {
  return [...records.values()].map(({ key }) => key)
}
