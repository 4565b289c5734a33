import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { type FieldSet, partOf } from '../fields/field-set.ts'
import { type PathStep, parseStep, printPath } from '../fields/managed-path.ts'
import { isPerson } from '../fields/people.ts'
import { textAt } from '../live/live-object.ts'
import { isEarlierTool } from './takeover.ts'

/**
 * Fields that autoscalers write into the object themselves, from its managedFields: containers' resources by a VerticalPodAutoscaler, and `spec.replicas` by
 * whoever uses the scale subresource, as KEDA does. Not the HorizontalPodAutoscaler's: whether that is still there is asked of the
 * cluster, because its writer has the name of every controller.
 */
export function fieldsScaled(entries: readonly JsonObject[]): PathStep[][] {
  return entries.flatMap((entry) => {
    const fields = isJsonObject(entry.fieldsV1) ? entry.fieldsV1 : {}
    if (isVertical(entry)) return [...leavesOf(fields, [])].filter(isOfResources)
    return scales(entry) ? [...leavesOf(fields, [])].filter((steps) => printPath(steps) === '.spec.replicas') : []
  })
}

function isVertical(entry: JsonObject): boolean {
  return !entry.subresource && (textAt(entry, 'manager') ?? '').startsWith('vpa-')
}

function scales(entry: JsonObject): boolean {
  const manager = textAt(entry, 'manager') ?? ''
  const people = isPerson(manager) || isEarlierTool(manager)
  return entry.subresource === 'scale' && manager !== 'kube-controller-manager' && !people
}

function isOfResources(steps: readonly PathStep[]): boolean {
  return steps.some((step) => 'field' in step && step.field === 'resources')
}

function* leavesOf(fields: FieldSet, steps: readonly PathStep[]): Generator<PathStep[]> {
  const parts = Object.keys(fields).flatMap((name) => {
    const step = parseStep(name)
    return step ? [{ step, part: partOf(fields, name) }] : []
  })
  if (parts.length === 0) yield [...steps]
  for (const { step, part } of parts) yield* leavesOf(part, [...steps, step])
}
