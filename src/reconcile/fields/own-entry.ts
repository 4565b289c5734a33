import type { JsonObject } from '../../model/json.ts'
import { FIELD_MANAGER } from '../labels.ts'

/** The entry of managedFields that says what our last apply set. */
export function isOurs(entry: JsonObject): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && !entry.subresource
}
