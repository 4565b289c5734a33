import type { Problem } from '../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import { hasGoneByItself, type Inventory, isWanted } from '../inventory/inventory.ts'
import type { LiveRecord } from '../live/live-record.ts'
import { HEALTHY, type HealthVerdict } from './verdict.ts'

export interface ObjectHealth extends HealthVerdict {
  readonly key: ResourceKey
}

const MISSING = { health: 'Missing', message: 'is not in the cluster' } as const

/** Health of every object that Git wants, given the live objects with our label by `resourceId`. */
export function inventoryHealth(inventory: Inventory, live: ReadonlyMap<string, LiveRecord>): ObjectHealth[] {
  return [...inventory.records].flatMap(([id, record]) => {
    if (!isWanted(record)) return []
    return [{ key: record.key, ...(live.get(id)?.health ?? (hasGoneByItself(record) ? HEALTHY : MISSING)) }]
  })
}

/** One problem for each object that failed, and with `late` for each that is still on its way. */
export function healthProblems(objects: readonly ObjectHealth[], late = false): Problem[] {
  const reported = objects.filter(({ health }) => health === 'Degraded' || (late && health === 'Progressing'))
  return reported.map(({ key, health, message }) => ({
    code: health === 'Degraded' ? 'OBJECT_DEGRADED' : 'OBJECT_PROGRESSING',
    message: `${resourceLabel(key)} is ${health}: ${message}`,
    object: resourceLabel(key),
    remedy: `Look at it with \`kubectl describe ${key.kind.toLowerCase()} ${key.name}${key.namespace ? ` --namespace ${key.namespace}` : ''}\`, and mend it in Git.`,
  }))
}
