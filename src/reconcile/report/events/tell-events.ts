import { repositoryName } from '../../../model/github.ts'
import type { ResourceKey } from '../../../model/resource-key.ts'
import type { TargetStatus } from '../../../model/target-status.ts'
import { inventoryName, targetLabel } from '../../labels.ts'
import type { LiveRecord } from '../../live/live-record.ts'
import type { Attempt } from '../../pass/attempt.ts'
import type { Session, TargetRequest } from '../../pass/session.ts'
import type { ReconcilePorts } from '../../ports.ts'
import { fewEvents } from './few-events.ts'
import { passEvents } from './pass-events.ts'
import { statusEvents } from './status-events.ts'

/** Tells on the objects themselves what a pass did and what it found. Answers how many requests that took. */
export async function tellPass(
  { events }: Pick<ReconcilePorts, 'events'>,
  made: Attempt,
  looks: { readonly status: TargetStatus; readonly previous: TargetStatus | undefined },
): Promise<number> {
  const { session, prepared } = made
  if (!events || !session) return 0
  const live = session.view.ofTarget(session.ownership.target)
  const inventory = inventoryKey(session)
  const { objects, drift, problems } = made
  const done = prepared
    ? passEvents({ revision: prepared.revision, objects, drift, problems, uids: uidsOf(live, prepared.inventory) })
    : []
  const found = statusEvents({ ...looks, live: regardingOf(live), inventory })
  return events.record(session.cluster, fewEvents([...done, ...found], inventory))
}

/** Tells what a look found that the one before it did not. */
export async function tellLook(
  ports: Pick<ReconcilePorts, 'events' | 'cluster' | 'view' | 'settings'>,
  { repository, target }: TargetRequest,
  looks: { readonly status: TargetStatus; readonly previous: TargetStatus | undefined },
): Promise<void> {
  if (!ports.events || looks.status.sync === 'Unknown') return
  const name = repositoryName(repository)
  const cluster = await ports.cluster(target.cluster)
  const label = targetLabel(name, target)
  const view = await ports.view?.(cluster, label)
  const live = view?.ofTarget(label) ?? new Map<string, LiveRecord>()
  const { inventoryNamespace = 'lockstep-system' } = ports.settings ?? {}
  const inventory = inventoryKey({ repository: name, target, inventoryNamespace })
  const notes = statusEvents({ ...looks, live: regardingOf(live), inventory })
  await ports.events.record(cluster, fewEvents(notes, inventory))
}

function inventoryKey(session: Pick<Session, 'repository' | 'target' | 'inventoryNamespace'>): ResourceKey {
  const { repository, target, inventoryNamespace: namespace } = session
  return { group: '', version: 'v1', kind: 'ConfigMap', namespace, name: inventoryName(repository, target) }
}

/** Deleted objects are in the inventory from before, all others among the live ones. */
function uidsOf(
  live: ReadonlyMap<string, LiveRecord>,
  { records }: { readonly records: ReadonlyMap<string, { readonly uid?: string }> },
): ReadonlyMap<string, string> {
  const before = [...records].flatMap(([id, { uid }]) => (uid ? [[id, uid] as const] : []))
  return new Map([...before, ...[...live].map(([id, { uid }]) => [id, uid] as const)])
}

function regardingOf(live: ReadonlyMap<string, LiveRecord>): { key: ResourceKey; uid: string }[] {
  return [...live.values()].map(({ key, uid }) => ({ key, uid }))
}
