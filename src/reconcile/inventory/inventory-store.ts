import type { Cluster } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { FIELD_MANAGER, INVENTORY_LABEL, inventoryName } from '../labels.ts'
import type { Session } from '../pass/session.ts'
import { emptyInventory, type Inventory, parseInventory, printHealthy, printInventory } from './inventory.ts'

const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' }

/** Empty before the target's first apply. */
export async function readInventory(session: Session): Promise<Inventory> {
  const { repository, target } = session
  const body = await session.cluster.get(inventoryKey(session, { repository, target }))
  return (body && parseInventory(body)) ?? emptyInventory(repository, target)
}

/** Every inventory of the cluster. */
export async function listInventories(cluster: Cluster, namespace: string): Promise<Inventory[]> {
  const { items } = await cluster.list(CONFIG_MAP, { namespace, labelSelector: INVENTORY_LABEL })
  return items.flatMap((item) => parseInventory(item) ?? [])
}

/** Writes unless the cluster is known to hold the same (`before`); makes the namespace of inventories where it is missing. */
export async function writeInventory(session: Session, inventory: Inventory, before: Inventory): Promise<Inventory> {
  const print = (value: Inventory) => JSON.stringify(printInventory(value, session.inventoryNamespace))
  if (print(inventory) === print(before)) return before
  const body = printInventory(inventory, session.inventoryNamespace)
  const write = () => session.cluster.apply(body, { fieldManager: FIELD_MANAGER, force: true })
  const stored = await write().catch(async (error: unknown) => {
    if (!(error instanceof ClusterError) || error.kind !== 'not-found') throw error
    await createNamespace(session)
    return write()
  })
  return parseInventory(stored) ?? inventory
}

async function createNamespace({ cluster, inventoryNamespace }: Session): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: inventoryNamespace } }
  await cluster.apply(body, { fieldManager: FIELD_MANAGER })
}

/** Notes since when the target is healthy at its render, or that it is not. Another writer's fields are left alone. */
export async function writeHealthySince(session: Session, inventory: Inventory, since?: string): Promise<void> {
  const healthy = since && inventory.renderDigest ? printHealthy(inventory.renderDigest, since) : null
  await session.cluster.patch(
    inventoryKey(session, inventory),
    { data: { healthy } },
    { fieldManager: 'lockstep-health' },
  )
}

function inventoryKey(session: Session, { repository, target }: Pick<Inventory, 'repository' | 'target'>): ResourceKey {
  return { ...CONFIG_MAP, namespace: session.inventoryNamespace, name: inventoryName(repository, target) }
}
