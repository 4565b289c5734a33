import { createHash } from 'node:crypto'
import { type Target, targetId } from '../model/target.ts'

/** Owner of every field that Lockstep applies. */
export const FIELD_MANAGER = 'lockstep'
/** On every object of a target; its value is `targetLabel`. Watches select by it. */
export const TARGET_LABEL = 'lockstep.dev/target'
/** Kubernetes' own label of the same meaning, which kubectl and others read. */
export const PART_OF_LABEL = 'applyset.kubernetes.io/part-of'
export const APPLY_SET_ID_LABEL = 'applyset.kubernetes.io/id'
/** On inventories: the `targetLabel` they belong to. */
export const INVENTORY_LABEL = 'lockstep.dev/inventory'
/** `"true"` on an object: apply takes fields that other managers own. */
export const FORCE_ANNOTATION = 'lockstep.dev/force'
/** `disabled` keeps an object that left Git; `allowed` lets the kinds that hold data be pruned. */
export const PRUNE_ANNOTATION = 'lockstep.dev/prune'
/** `allowed` in Git: where a change is refused because fields are fixed for life, the object is deleted and made again. */
export const REPLACE_ANNOTATION = 'lockstep.dev/replace'
/** `allowed` in Git: the object is applied even where it is larger than clusters commonly store. */
export const OVERSIZE_ANNOTATION = 'lockstep.dev/oversize'
/** `disabled`, in Git or on the live object: it is neither applied nor healed nor pruned. */
export const RECONCILE_ANNOTATION = 'lockstep.dev/reconcile'

/** 16 hex digits that stand for a target of a repository (`owner/name`), because a label value holds 63 characters. */
export function targetLabel(repository: string, target: Target): string {
  return createHash('sha256')
    .update(`${repository}\n${targetId(target)}`)
    .digest('hex')
    .slice(0, 16)
}

/** Name of a target's inventory ConfigMap. */
export function inventoryName(repository: string, target: Target): string {
  return `lockstep-${targetLabel(repository, target)}`
}

/** ID of the ApplySet whose parent is the ConfigMap of this name, as KEP-3659 computes it. */
export function applySetId(name: string, namespace: string): string {
  const digest = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url')
  return `applyset-${digest}-v1`
}
