import type { DriftConfig } from '../../config/repository-config.ts'
import type { Manifest } from '../../model/manifest.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Session } from '../pass/session.ts'
import type { DesiredObject } from './desired.ts'
import { desiredState } from './desired-state.ts'
import { renderTarget } from './target-render.ts'

export interface LastApplied {
  /** By `resourceId`; only objects that the inventory says were applied just like this. */
  readonly objects: ReadonlyMap<string, DesiredObject>
  readonly manifests: readonly Manifest[]
  /** What the configuration of that commit says about drift. */
  readonly drift: Partial<DriftConfig>
}

/** What the last apply sent, rendered again from the commit it came from, or the newest where that is gone. */
export async function lastApplied(session: Session, inventory: Inventory): Promise<LastApplied> {
  const source = await session.ports.source(session.ref)
  const kept = inventory.attempted ? await source.tree(inventory.attempted) : undefined
  const tree = kept ?? (await source.newest()).tree
  const { render, environment } = await renderTarget(session.ports, tree, session.target, session.signal)
  const { objects } = await desiredState(session, render.manifests)
  const asApplied = objects.filter(({ id, renderHash }) => inventory.records.get(id)?.renderHash === renderHash)
  return {
    objects: new Map(asApplied.map((object) => [object.id, object])),
    manifests: render.manifests,
    drift: environment.drift,
  }
}
