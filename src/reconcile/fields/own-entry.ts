import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { FIELD_MANAGER } from '../labels.ts'
import type { FieldSet } from './field-set.ts'

/** The entry of managedFields that says what our last apply set. */
export function isOurs(entry: JsonObject): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && !entry.subresource
}

/** What an entry of managedFields says its manager owns. */
export function fieldsOf(entry: JsonObject | undefined): FieldSet {
  return isJsonObject(entry?.fieldsV1) ? entry.fieldsV1 : {}
}
