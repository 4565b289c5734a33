import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { INVENTORY_LABEL } from '../labels.ts'
import { labelOf } from '../live/live-object.ts'

/** What Lockstep remembers in a cluster: inventories, and who holds the cluster. A manifest of one would overwrite it. */
export function isOwnObject(key: ResourceKey, body: JsonObject, inventoryNamespace: string): boolean {
  if (labelOf(body, INVENTORY_LABEL) !== undefined) return true
  if (key.namespace !== inventoryNamespace || !key.name.startsWith('lockstep-')) return false
  const inventory = key.group === '' && key.kind === 'ConfigMap' && /^lockstep-[0-9a-f]{16}(?:-|$)/.test(key.name)
  return inventory || (key.group === 'coordination.k8s.io' && key.kind === 'Lease')
}
