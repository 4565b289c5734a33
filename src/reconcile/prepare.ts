import type { LiveObject } from '../model/cluster.ts'
import type { Problem } from '../model/errors.ts'
import type { Mask } from '../model/mask-secrets.ts'
import { autoscalersOf } from './autoscaled-body.ts'
import { desiredState } from './desired-state.ts'
import type { Inventory } from './inventory.ts'
import { readInventory } from './inventory-store.ts'
import { lastApplied } from './last-applied.ts'
import type { Source } from './ports.ts'
import { readLive } from './read-live.ts'
import type { RehearsalRules } from './rehearse.ts'
import { targetMask } from './secret-mask.ts'
import type { Session } from './session.ts'
import { planSync, type SyncPlan } from './sync-plan.ts'
import { renderTarget, type TargetRender } from './target-render.ts'

/** Everything a pass decides from, read once. Nothing is written. */
export interface Prepared {
  readonly source: Source
  readonly revision: string
  readonly rendered: TargetRender
  readonly inventory: Inventory
  readonly live: ReadonlyMap<string, LiveObject>
  readonly plan: SyncPlan
  readonly mask: Mask
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
  const inventory = await readInventory(session)
  const { objects, problems } = await desiredState(session, manifests, rendered.environment.namespaces)
  const recorded = [...inventory.records.values()].map(({ key }) => key)
  const live = await readLive(session, [...objects.map(({ key }) => key), ...recorded])
  const mask = targetMask(session.target, manifests, live.values())
  return {
    source,
    revision,
    rendered,
    inventory,
    live,
    plan: planSync(objects, inventory, live),
    mask,
    rules: {
      mask,
      autoscalers: autoscalersOf(session),
      heal: heal || rendered.environment.drift.policy === 'heal',
      lastApplied: memoised(async () => (await lastApplied(session, inventory)).objects),
    },
    problems,
    renderMs,
  }
}

function memoised<T>(compute: () => Promise<T>): () => Promise<T> {
  let computed: Promise<T> | undefined
  return () => {
    computed ??= compute()
    return computed
  }
}
