import type { JsonObject } from '../../model/json.ts'
import { conditionOf, objectAt, objectsAt, textAt } from '../live/live-object.ts'
import { words } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing, suspended } from './verdict.ts'

/** What Argo CD says of an Application's objects, once it has synced them. */
export const applicationHealth: HealthRule = (object) => broken(object) ?? unsynced(object) ?? ownHealth(object)

function broken(object: JsonObject): HealthVerdict | undefined {
  const error = objectsAt(object, 'status', 'conditions').find(({ type }) => String(type).endsWith('Error'))
  if (error) return degraded(textAt(error, 'message') || String(error.type))
  const phase = textAt(object, 'status', 'operationState', 'phase')
  const message = textAt(object, 'status', 'operationState', 'message')
  if (phase === 'Failed' || phase === 'Error') return degraded(message || `the last sync ended as ${phase}`)
  return phase === 'Running' || phase === 'Terminating' ? progressing(message || 'is syncing') : undefined
}

function unsynced(object: JsonObject): HealthVerdict | undefined {
  const sync = textAt(object, 'status', 'sync', 'status')
  if (sync === 'Synced') return undefined
  if (sync !== 'OutOfSync') return progressing('has not been compared with its source')
  return objectAt(object, 'spec', 'syncPolicy', 'automated')
    ? progressing('is OutOfSync')
    : suspended('is OutOfSync and waits for a sync by hand')
}

function ownHealth(object: JsonObject): HealthVerdict {
  const health = textAt(object, 'status', 'health', 'status')
  const message = textAt(object, 'status', 'health', 'message') || `its objects are ${health || 'of unknown health'}`
  if (health === 'Healthy') return HEALTHY
  if (health === 'Degraded') return degraded(message)
  return health === 'Suspended' ? suspended(message) : progressing(message)
}

export const applicationSetHealth: HealthRule = (object) => {
  const error = conditionOf(object, 'ErrorOccurred')
  if (error?.status === 'True') return degraded(words(error, 'an error occurred'))
  const rollout = conditionOf(object, 'RolloutProgressing')
  if (rollout?.status === 'True') return progressing(words(rollout, 'its rollout is under way'))
  const current = conditionOf(object, 'ResourcesUpToDate')
  return current?.status === 'True' ? HEALTHY : progressing(words(current, 'its Applications are not up to date'))
}
