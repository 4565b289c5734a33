import type { JsonObject } from '../../model/json.ts'
import { conditionOf, numberAt, textAt, valueAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing, suspended } from './verdict.ts'

export const deploymentHealth: HealthRule = (object) => {
  if (valueAt(object, 'spec', 'paused') === true) return suspended('the rollout is paused')
  const progress = conditionOf(object, 'Progressing')
  if (progress?.reason === 'ProgressDeadlineExceeded') return degraded(progress.message || 'the rollout took too long')
  const counts = firstShort(object, ['updatedReplicas', 'readyReplicas', 'availableReplicas'])
  if (counts) return counts
  if (status(object, 'replicas') > wanted(object)) return progressing('old replicas are still to be ended')
  if (conditionOf(object, 'Available')?.status === 'False') return progressing('is not available')
  return HEALTHY
}

export const statefulSetHealth: HealthRule = (object) => {
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return unseen(object) ?? HEALTHY
  const patient = (numberAt(object, 'spec', 'minReadySeconds') ?? 0) > 0
  const counts = firstShort(object, ['replicas', 'readyReplicas', ...(patient ? ['availableReplicas'] : [])])
  if (counts) return counts
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0
  if (partition > 0) return partitionHealth(object, partition)
  const moved = textAt(object, 'status', 'currentRevision') === textAt(object, 'status', 'updateRevision')
  return moved ? HEALTHY : progressing(`${status(object, 'updatedReplicas')} of ${wanted(object)} replicas are updated`)
}

function partitionHealth(object: JsonObject, partition: number): HealthVerdict {
  const due = Math.max(0, wanted(object) - partition)
  const updated = status(object, 'updatedReplicas')
  return updated >= due ? HEALTHY : progressing(`${updated} of ${due} replicas above the partition are updated`)
}

export const daemonSetHealth: HealthRule = (object) => {
  const due = numberAt(object, 'status', 'desiredNumberScheduled')
  if (due === undefined) return progressing('has not been scheduled')
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return unseen(object) ?? HEALTHY
  const fields = ['currentNumberScheduled', 'updatedNumberScheduled', 'numberReady', 'numberAvailable']
  return unseen(object) ?? shortOf(object, fields, due) ?? HEALTHY
}

export const replicaSetHealth: HealthRule = (object) => {
  const failure = conditionOf(object, 'ReplicaFailure')
  if (failure?.status === 'True') return degraded(failure.message || 'Pods cannot be made')
  return firstShort(object, ['readyReplicas', 'availableReplicas']) ?? HEALTHY
}

function firstShort(object: JsonObject, fields: readonly string[]): HealthVerdict | undefined {
  return unseen(object) ?? shortOf(object, fields, wanted(object))
}

/** Nothing in a status counts before the controller has written one for the first time. */
function unseen(object: JsonObject): HealthVerdict | undefined {
  const seen = numberAt(object, 'status', 'observedGeneration') !== undefined
  return seen ? undefined : progressing('its controller has not looked at it yet')
}

function shortOf(object: JsonObject, fields: readonly string[], due: number): HealthVerdict | undefined {
  const short = fields.find((field) => status(object, field) < due)
  return short ? progressing(`${short} is ${status(object, short)} of ${due}`) : undefined
}

function wanted(object: JsonObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1
}

function status(object: JsonObject, field: string): number {
  return numberAt(object, 'status', field) ?? 0
}
