import type { ResourceKey } from '../../model/resource-key.ts'
import { byStage } from '../apply/sync-stage.ts'

const BUILT_IN_GROUPS = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

/** Somebody's controller has to let go of it: it is removed while that controller still runs. */
export function isCustom({ group }: Pick<ResourceKey, 'group'>): boolean {
  return !BUILT_IN_GROUPS.has(group)
}

/**
 * The groups in which objects are deleted, one after the other. What the API server itself asks (webhooks, API services) goes before
 * what answers there, or it would refuse all the rest; custom resources go before the controllers that clean up after them; then
 * the stages of apply backwards: workloads, what they use, and last the definitions and namespaces they were in.
 */
export function pruneOrder<T>(items: readonly T[], keyOf: (item: T) => ResourceKey): T[][] {
  const groups = Map.groupBy(items, (item) =>
    asksOthers(keyOf(item)) ? 'asking' : isCustom(keyOf(item)) ? 'custom' : 'other',
  )
  const first = [groups.get('asking') ?? [], groups.get('custom') ?? []]
  return [...first, ...byStage(groups.get('other') ?? [], keyOf).reverse()].filter((group) => group.length > 0)
}

function asksOthers({ group }: ResourceKey): boolean {
  return group === 'admissionregistration.k8s.io' || group === 'apiregistration.k8s.io'
}
