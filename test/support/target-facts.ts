import type { Cluster, LiveObject } from '../../src/model/cluster.ts'
import { resourceId } from '../../src/model/resource-key.ts'
import type { Target } from '../../src/model/target.ts'
import { readInventory } from '../../src/reconcile/inventory/inventory-store.ts'
import { TARGET_LABEL, targetLabel } from '../../src/reconcile/labels.ts'
import { openSession } from '../../src/reconcile/pass/session.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import { at } from './kubernetes-objects.ts'
import { REPOSITORY } from './reconcile-scene.ts'

const CORE = { group: '', version: 'v1' } as const
/** The kinds that these tests apply. */
const KINDS = [
  { ...CORE, kind: 'Namespace' },
  { ...CORE, kind: 'ConfigMap' },
  { ...CORE, kind: 'ServiceAccount' },
]
/** Names of objects that carry a target's label and are none of its own begin so. */
const FOREIGN = 'foreign-'

/** Ids of the live objects that carry the target's label, sorted; foreign ones left out. */
export async function labelledIds(cluster: Cluster, target: Target): Promise<string[]> {
  const labelSelector = `${TARGET_LABEL}=${targetLabel('acme/shop', target)}`
  const lists = await Promise.all(KINDS.map((kind) => cluster.list(kind, { labelSelector })))
  const ids = lists.flatMap(({ items }, index) => items.map((item) => idOf(KINDS[index] as (typeof KINDS)[0], item)))
  return ids.filter((id) => !id.includes(`/${FOREIGN}`)).sort()
}

/** Ids in the inventory that the target has in this cluster, sorted. */
export async function recordedIds(ports: ReconcilePorts, cluster: Cluster, target: Target): Promise<string[]> {
  const request = { repository: REPOSITORY, target, signal: AbortSignal.timeout(30_000) }
  const session = await openSession({ ...ports, cluster: async () => cluster }, request)
  return [...(await readInventory(session)).records.keys()].sort()
}

/** Ids of objects that carry the target's label without standing in its inventory: nobody would ever prune them. */
export async function orphans(ports: ReconcilePorts, cluster: Cluster, target: Target): Promise<string[]> {
  const recorded = new Set(await recordedIds(ports, cluster, target))
  return (await labelledIds(cluster, target)).filter((id) => !recorded.has(id))
}

/** Plants objects that are not the target's in `namespace`; answers what was done to them since. */
export async function plantForeignObjects(
  cluster: Cluster,
  namespace: string,
  target: Target,
): Promise<() => Promise<string[]>> {
  const labels = {
    [`${FOREIGN}plain`]: {},
    [`${FOREIGN}of-other-target`]: { [TARGET_LABEL]: '0123456789abcdef' },
    [`${FOREIGN}with-copied-label`]: { [TARGET_LABEL]: targetLabel('acme/shop', target) },
  }
  const body = ([name, own]: [string, object]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { ...own } },
    data: { owner: 'somebody' },
  })
  const names = Object.keys(labels)
  await Promise.all(Object.entries(labels).map((entry) => cluster.create(body(entry), { fieldManager: 'somebody' })))
  const look = () => Promise.all(names.map((name) => cluster.get({ ...CORE, kind: 'ConfigMap', namespace, name })))
  const before = await look()
  return async () => {
    const after = await look()
    return names.filter((_, index) => versionOf(before[index]) !== versionOf(after[index]))
  }
}

function versionOf(object: LiveObject | undefined): string {
  return `${at(object, 'metadata', 'uid')} ${at(object, 'metadata', 'resourceVersion')}`
}

function idOf(kind: { group: string; version: string; kind: string }, item: LiveObject): string {
  const namespace = at(item, 'metadata', 'namespace')
  return resourceId({
    ...kind,
    name: String(at(item, 'metadata', 'name')),
    ...(typeof namespace === 'string' && { namespace }),
  })
}
