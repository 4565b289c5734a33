import { type Json, printJson } from './json.ts'

/** A member's name, an item's index, or the fields that tell an item of a keyed list from its neighbours. */
export type PathStep = string | number | ItemKey
export type ItemKey = Readonly<Record<string, Json>>

/** `.spec.containers[name=web].args[2]`; names that are no plain words stand as `["a.b/c"]`. Empty for the whole object. */
export function printPath(steps: readonly PathStep[]): string {
  return steps.map(printStep).join('')
}

function printStep(step: PathStep): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step !== 'string') return `[${printItemKey(step)}]`
  return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}

/** `name=web`, `containerPort=80,protocol=UDP`. */
export function printItemKey(key: ItemKey): string {
  return Object.entries(key)
    .map(([field, value]) => `${field}=${typeof value === 'string' ? value : printJson(value)}`)
    .join(',')
}
