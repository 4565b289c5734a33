import type { JsonObject } from '../../model/json.ts'
import { numberAt, textAt } from '../live/live-object.ts'
import { type HealthVerdict, progressing } from './verdict.ts'

/** What makes any other word of a status worth nothing: the object is going, or its controller has not seen the newest spec. */
export function notFresh(object: JsonObject): HealthVerdict | undefined {
  if (textAt(object, 'metadata', 'deletionTimestamp')) return progressing(deletion(object))
  const observed = observedGeneration(object)
  return observed !== undefined && observed !== numberAt(object, 'metadata', 'generation')
    ? progressing('the newest spec has not been looked at by its controller')
    : undefined
}

function deletion(object: JsonObject): string {
  const finalizers = object.metadata && (object.metadata as JsonObject).finalizers
  return Array.isArray(finalizers) && finalizers.length > 0
    ? `is being deleted, and waits for ${finalizers.map(String).join(', ')}`
    : 'is being deleted'
}

/** Argo Rollouts writes it as a text. */
function observedGeneration(object: JsonObject): number | undefined {
  const text = textAt(object, 'status', 'observedGeneration')
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : numberAt(object, 'status', 'observedGeneration')
}
