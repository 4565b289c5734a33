import type { Problem } from '../../model/errors.ts'
import { inventoryName } from '../labels.ts'
import type { Inventory } from './inventory.ts'

export function newerFormat({ repository, target, flaw }: Inventory): Problem {
  const object = `ConfigMap/${inventoryName(repository, target)}`
  return {
    code: 'INVENTORY_NEWER',
    message: `${object} ${flaw}, so it is not touched.`,
    object,
    remedy: 'Let the newer Lockstep reconcile this cluster, or upgrade this one.',
  }
}
