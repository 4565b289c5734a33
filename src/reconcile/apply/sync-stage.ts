import type { ResourceKey } from '../../model/resource-key.ts'

/** Objects of one stage are applied together, stage by stage; pruned in the opposite order. */
export const STAGES = ['foundations', 'classes', 'configuration', 'workloads', 'webhooks'] as const
export type Stage = (typeof STAGES)[number]

const CONFIGURATION = new Set([
  '/ConfigMap',
  '/Secret',
  '/ServiceAccount',
  '/LimitRange',
  '/ResourceQuota',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'networking.k8s.io/NetworkPolicy',
])

/** Webhooks and aggregated APIs: registered before what answers them runs, they would stand in the way of the rest. */
const WEBHOOKS = new Set(['admissionregistration.k8s.io', 'apiregistration.k8s.io'])

/** What others need comes first: namespaces and definitions, cluster roles and classes, configuration, workloads; what the API server itself asks last. */
export function stageOf(key: Pick<ResourceKey, 'group' | 'kind'>): Stage {
  const kind = `${key.group}/${key.kind}`
  if (kind === '/Namespace' || kind === 'apiextensions.k8s.io/CustomResourceDefinition') return 'foundations'
  if (kind === 'rbac.authorization.k8s.io/ClusterRole' || key.kind.endsWith('Class')) return 'classes'
  if (CONFIGURATION.has(kind)) return 'configuration'
  return WEBHOOKS.has(key.group) ? 'webhooks' : 'workloads'
}

/** Groups in the stages' order; empty stages are left out, order inside a stage is kept. */
export function byStage<T>(items: readonly T[], keyOf: (item: T) => Pick<ResourceKey, 'group' | 'kind'>): T[][] {
  const groups = Map.groupBy(items, (item) => stageOf(keyOf(item)))
  return STAGES.flatMap((stage) => {
    const group = groups.get(stage)
    return group ? [group] : []
  })
}
