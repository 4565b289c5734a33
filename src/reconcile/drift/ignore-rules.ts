import type { IgnoreRule } from '../../config/repository-config.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { holds, type Pointer, parsePointer } from '../fields/pointer.ts'

/** One field that is not as Git has it: where it stands, and who wrote it as far as that is known. */
export interface FieldPlace {
  readonly pointer: Pointer
  readonly manager?: string
}

/** The rules that speak of this object. */
export function rulesFor(key: ResourceKey, rules: readonly IgnoreRule[]): readonly IgnoreRule[] {
  return rules.filter(({ kind, name }) => isKind(key, kind) && (name === undefined || name === key.name))
}

/** `Deployment` of any group, or `Deployment.apps`. */
function isKind({ kind, group }: ResourceKey, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === kind || wanted === `${kind}.${group}`
}

/** True when one of these rules says that the field is not Git's to decide. */
export function isIgnored({ pointer, manager }: FieldPlace, rules: readonly IgnoreRule[]): boolean {
  return rules.some(({ pointers = [], managers = [] }) => {
    if (manager !== undefined && managers.includes(manager)) return true
    return pointers.some((text) => holds(parsePointer(text), pointer))
  })
}
