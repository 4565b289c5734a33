import type { Cluster, LiveObject } from '../../model/cluster.ts'
import { mapLimited } from '../../model/map-limited.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { targetId } from '../../model/target.ts'
import { INVENTORY_LABEL, inventoryName, targetLabel } from '../labels.ts'
import { textAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { emptyInventory, type Inventory, type StoredInventory } from './inventory.ts'
import { InventoryIndex } from './inventory-index.ts'
import { parseInventory } from './parse-inventory.ts'
import { printHealthy } from './print-parts.ts'
import { storedPart } from './read-part.ts'

const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' }

/** What a session has to have for its inventory. */
export type InventorySession = Pick<
  Session,
  'cluster' | 'repository' | 'target' | 'inventoryNamespace' | 'concurrency' | 'signal' | 'inventories'
>

/**
 * Empty where there is none (see `isPresent`): before the first apply, or because somebody deleted it. What cannot be believed has a
 * `flaw`. One GET, and one LIST for an inventory of several ConfigMaps.
 */
export async function readInventory(session: InventorySession): Promise<Inventory> {
  const parent = await session.cluster.get(parentKey(session, session))
  if (!parent) return emptyInventory(session.repository, session.target)
  return textAt(parent, 'data', 'shards') ? readEveryPart(session, parent) : readFrom(session, parent, [])
}

/** As `readInventory`, and knows the ConfigMaps that the parent does not name, or that have lost their parent. One GET and one LIST. */
export async function readThoroughly(session: InventorySession): Promise<Inventory> {
  return readEveryPart(session, await session.cluster.get(parentKey(session, session)))
}

async function readEveryPart(session: InventorySession, parent: LiveObject | undefined): Promise<Inventory> {
  const { repository, target, inventoryNamespace: namespace, cluster } = session
  const labelSelector = `${INVENTORY_LABEL}=${targetLabel(repository, target)}`
  const { items } = await cluster.list(CONFIG_MAP, { namespace, labelSelector })
  const listed = items.find((body) => textAt(body, 'metadata', 'name') === inventoryName(repository, target))
  const found = listed ?? parent
  if (found) return readFrom(session, found, items)
  return { ...emptyInventory(repository, target), stored: storedAs(items) }
}

function readFrom(session: InventorySession, parent: LiveObject, others: readonly LiveObject[]): Inventory {
  const { repository, target } = session
  const read = parseInventory(parent, others)
  if (read?.repository === repository && targetId(read.target) === targetId(target)) return read
  const flaw = 'is not the one of this target'
  return { ...emptyInventory(repository, target), flaw, stored: storedAs([...others, parent]) }
}

function storedAs(parts: readonly LiveObject[]): StoredInventory {
  const stored = parts.map((body) => [textAt(body, 'metadata', 'name') ?? '', storedPart(body)] as const)
  return { layout: { generation: 0, shards: 0 }, parts: new Map(stored) }
}

/** Its parent is in the cluster. */
export function isPresent({ repository, target, stored }: Inventory): boolean {
  return stored?.parts.has(inventoryName(repository, target)) === true
}

/** Every inventory of the cluster that says whose it is. */
export async function listInventories(cluster: Cluster, namespace: string): Promise<Inventory[]> {
  const { items } = await cluster.list(CONFIG_MAP, { namespace, labelSelector: INVENTORY_LABEL })
  return new InventoryIndex(items).all()
}

/** The inventory of the target with this `targetLabel`, as the cluster has it now; undefined where there is none. */
export async function inventoryOf(cluster: Cluster, namespace: string, label: string): Promise<Inventory | undefined> {
  const { items } = await cluster.list(CONFIG_MAP, { namespace, labelSelector: `${INVENTORY_LABEL}=${label}` })
  return new InventoryIndex(items).of(label)
}

/** Notes since when the target is healthy at its render, or that it is not, besides what a pass writes. */
export async function writeHealthySince(
  session: InventorySession,
  inventory: Inventory,
  since?: string,
): Promise<void> {
  const healthy = since && inventory.renderDigest ? printHealthy(inventory.renderDigest, since) : ''
  const options = { fieldManager: 'lockstep-health' }
  const stored = await session.cluster.patch(parentKey(session, inventory), { data: { healthy } }, options)
  session.inventories?.takeInventory(stored)
}

/** The target owns nothing any more: its parent goes last, so that nothing is lost half-way. Others' newer writes are left alone. */
export async function deleteInventory(session: InventorySession, inventory: Inventory): Promise<void> {
  const parent = parentKey(session, inventory)
  const parts = [...(inventory.stored?.parts ?? [])]
  const remove = ([name, { uid, version }]: (typeof parts)[number]) =>
    session.cluster.delete({ ...parent, name }, { uid, resourceVersion: version })
  await mapLimited(
    parts.filter(([name]) => name !== parent.name),
    session.concurrency,
    remove,
  )
  for (const part of parts.filter(([name]) => name === parent.name)) await remove(part)
}

function parentKey(
  { inventoryNamespace: namespace }: InventorySession,
  { repository, target }: Pick<Inventory, 'repository' | 'target'>,
): ResourceKey {
  return { ...CONFIG_MAP, namespace, name: inventoryName(repository, target) }
}
