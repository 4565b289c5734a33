import type { JsonObject } from '../../model/json.ts'
import { RECONCILE_ANNOTATION } from '../labels.ts'
import { annotationOf } from './live-object.ts'

/** Somebody asks for this object to be left alone: in Git, or on the live object. */
export function isDisabled(object: JsonObject): boolean {
  return annotationOf(object, RECONCILE_ANNOTATION) === 'disabled'
}
