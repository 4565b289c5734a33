import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'
import { type PathStep, stepInto } from './managed-path.ts'

/** The object without what stands at `steps`; as it is where nothing does. */
export function withoutField(object: JsonObject, steps: readonly PathStep[]): JsonObject {
  return isJsonObject(object) && steps.length > 0 ? (remove(object, steps) as JsonObject) : object
}

function remove(value: Json, [step, ...rest]: readonly PathStep[]): Json {
  const part = step && stepInto(value, step)
  if (!step || part === undefined) return value
  const left = rest.length > 0 ? remove(part, rest) : undefined
  if (Array.isArray(value))
    return value.flatMap((item: Json) => (item !== part ? [item] : left === undefined ? [] : [left]))
  if (!isJsonObject(value) || !('field' in step)) return value
  const { [step.field]: _, ...others } = value
  return left === undefined ? others : { ...value, [step.field]: left }
}
