import type { Problem } from '../../model/errors.ts'
import { autoscalersOf } from '../apply/autoscaled-body.ts'
import type { RehearsalRules } from '../apply/rehearse.ts'
import { desiredState } from '../desired/desired-state.ts'
import { lastApplied } from '../desired/last-applied.ts'
import { type LazyMask, targetMask } from '../desired/secret-mask.ts'
import { renderTarget, type TargetRender } from '../desired/target-render.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import type { LiveRecord } from '../live/live-record.ts'
import { memoised } from '../memoised.ts'
import type { Source } from '../ports.ts'
import type { Session } from './session.ts'
import { planSync, type SyncPlan } from './sync-plan.ts'

/** Everything a pass decides from, read once. Nothing is written. */
export interface Prepared {
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
  readonly renderMs: number
}

export async function prepare(session: Session, heal: boolean): Promise<Prepared> {
  const { clock } = session.ports
  const source = await session.ports.source(session.ref)
  const { revision, tree } = await source.newest()
  const begun = clock.now().getTime()
  const rendered = await renderTarget(session.ports, tree, session.target, session.signal)
  const renderMs = clock.now().getTime() - begun
  const { manifests } = rendered.render
  const inventory = await currentInventory(session)
  const { objects, problems } = await desiredState(session, manifests, rendered.environment.namespaces)
  const recorded = [...inventory.records.values()].map(({ key }) => key)
  await session.view.hold(kindsOf([...objects.map(({ key }) => key), ...recorded]), session.signal)
  const live = session.view.ofTarget(session.ownership.target)
  const mask = targetMask(session, manifests, live)
  return {
    source,
    revision,
    rendered,
    inventory,
    live,
    plan: planSync(objects, inventory, live, rendered.environment.drift.ignore),
    mask,
    rules: {
      mask,
      autoscalers: autoscalersOf(session),
      drift: rendered.environment.drift,
      heal: heal ? 'asked' : rendered.environment.drift.policy,
      lastApplied: memoised(async () => (await lastApplied(session, inventory)).objects),
    },
    problems,
    renderMs,
  }
}
