import { type Json, printJson } from './json.ts'

/** A member's name, an item's index, or the fields that tell an item of a keyed list from its neighbours. */
export type PathStep = string | number | ItemKey
export type ItemKey = Readonly<Record<string, Json>>

/** Stands for a field's name where the item of a set is its own key. */
export const VALUE = ''

/** `.spec.containers[name=web].args[2]`; names that are no plain words stand as `["a.b/c"]`. Empty for the whole object. */
export function printPath(steps: readonly PathStep[]): string {
  return steps.map(printStep).join('')
}

function printStep(step: PathStep): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step !== 'string') return `[${printItemKey(step)}]`
  return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}

/** `name=web`, `containerPort=80,protocol=UDP`; of a set the value alone. */
export function printItemKey(key: ItemKey): string {
  return Object.entries(key)
    .map(([field, value]) => (field === VALUE ? printValue(value) : `${field}=${printValue(value)}`))
    .join(',')
}

function printValue(value: Json): string {
  return typeof value === 'string' ? value : printJson(value)
}
