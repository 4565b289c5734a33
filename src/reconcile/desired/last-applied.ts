import type { DriftConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Render } from '../../model/renderer.ts'
import type { Tree } from '../../model/tree.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Session } from '../pass/session.ts'
import type { Source } from '../ports.ts'
import { newestOf } from '../targets/newest-of.ts'
import type { DesiredObject } from './desired.ts'
import { readRender } from './read-render.ts'
import { renderTarget, type TargetRender } from './target-render.ts'

export interface LastApplied {
  /** By `resourceId`; only objects that the inventory says were applied just like this. */
  readonly objects: ReadonlyMap<string, DesiredObject>
  readonly render: Pick<Render, 'manifests'>
  /** What the configuration says about drift. */
  readonly drift: Partial<DriftConfig>
}

/** What the last apply sent, rendered again from the commit it came from, or the newest where that is gone. */
export async function lastApplied(session: Session, inventory: Inventory): Promise<LastApplied> {
  const source = await session.ports.source(session.ref)
  const kept = inventory.attempted ? await source.tree(inventory.attempted) : undefined
  const tree = kept ?? (await newestOf(source, session.target)).tree
  const { render, environment } = await renderAsToday(session, source, tree)
  const { objects } = await readRender(session, render)
  const asApplied = objects.filter(({ id, renderHash }) => inventory.records.get(id)?.renderHash === renderHash)
  return {
    objects: new Map(asApplied.map((object) => [object.id, object])),
    render,
    drift: environment.drift,
  }
}

/** By the rules of today, which no pin changes; by the commit's own where the target is unknown to these. */
async function renderAsToday({ ports, target, signal }: Session, source: Source, tree: Tree): Promise<TargetRender> {
  try {
    const { config } = await newestOf(source, target)
    return await renderTarget(ports, tree, target, signal, config)
  } catch (error) {
    if (!(error instanceof LockstepError) || error.kind !== 'refused') throw error
    return renderTarget(ports, tree, target, signal)
  }
}
