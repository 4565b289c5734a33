import type { JsonObject } from '../../model/json.ts'
import { type Condition, conditionOf } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing, suspended } from './verdict.ts'

/**
 * For kinds without a rule: kstatus' conditions Reconciling, Stalled and Ready, and the Synced that says whether the outside world
 * could be brought in step (managed resources, composites and claims of Crossplane, sealed secrets). Without any of them (a ConfigMap)
 * an object is healthy once it exists.
 */
export const conditionsHealth: HealthRule = (object) =>
  reconciling(object) ?? stalled(object) ?? notSynced(object) ?? readyHealth(object)

/** What the condition Ready says; True where there is none. */
export const readyHealth: HealthRule = (object) => {
  const ready = conditionOf(object, 'Ready')
  return !ready || ready.status === 'True' ? HEALTHY : progressing(words(ready, 'is not ready'))
}

export function stalled(object: JsonObject): HealthVerdict | undefined {
  const condition = conditionOf(object, 'Stalled')
  return condition?.status === 'True' ? degraded(words(condition, 'is stalled')) : undefined
}

function reconciling(object: JsonObject): HealthVerdict | undefined {
  const condition = conditionOf(object, 'Reconciling')
  return condition?.status === 'True' ? progressing(words(condition, 'is reconciling')) : undefined
}

function notSynced(object: JsonObject): HealthVerdict | undefined {
  const last = conditionOf(object, 'LastAsyncOperation')
  if (last?.status === 'False') return degraded(words(last, 'its last operation failed'))
  const synced = conditionOf(object, 'Synced')
  if (synced?.status === 'False' && synced.reason === 'ReconcilePaused') return suspended('reconciliation is paused')
  if (synced?.status === 'False') return degraded(words(synced, 'is not synced'))
  const ready = conditionOf(object, 'Ready')
  return synced && ready?.status === 'False' && ready.reason === 'Unavailable'
    ? degraded(words(ready, 'is unavailable'))
    : undefined
}

/** True: healthy · False: `no` · Unknown or absent: on its way. */
export function byCondition(object: JsonObject, type: string, no: (message: string) => HealthVerdict): HealthVerdict {
  const condition = conditionOf(object, type)
  if (condition?.status === 'True') return HEALTHY
  return condition?.status === 'False'
    ? no(words(condition, `is not ${type}`))
    : progressing(words(condition, `waits for its condition ${type}`))
}

/** What a controller says of a condition, else its reason, else `otherwise`. */
export function words(condition: Condition | undefined, otherwise: string): string {
  return condition?.message || condition?.reason || otherwise
}
