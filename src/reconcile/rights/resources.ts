import type { ResourceKey } from '../../model/resource-key.ts'

/** A kind as Kubernetes' access rules name it. */
export interface Resource {
  readonly group: string
  /** e.g. `networkpolicies`. */
  readonly plural: string
  readonly namespaced: boolean
}

/** Kinds of the API server itself that overlays bring: `group plural Kind`; the core group is `-`. */
const NAMESPACED = `
- configmaps ConfigMap
- limitranges LimitRange
- persistentvolumeclaims PersistentVolumeClaim
- pods Pod
- replicationcontrollers ReplicationController
- resourcequotas ResourceQuota
- secrets Secret
- serviceaccounts ServiceAccount
- services Service
apps daemonsets DaemonSet
apps deployments Deployment
apps replicasets ReplicaSet
apps statefulsets StatefulSet
autoscaling horizontalpodautoscalers HorizontalPodAutoscaler
batch cronjobs CronJob
batch jobs Job
networking.k8s.io ingresses Ingress
networking.k8s.io networkpolicies NetworkPolicy
policy poddisruptionbudgets PodDisruptionBudget
rbac.authorization.k8s.io rolebindings RoleBinding
rbac.authorization.k8s.io roles Role
`
const CLUSTER_SCOPED = `
- namespaces Namespace
- persistentvolumes PersistentVolume
admissionregistration.k8s.io mutatingwebhookconfigurations MutatingWebhookConfiguration
admissionregistration.k8s.io validatingadmissionpolicies ValidatingAdmissionPolicy
admissionregistration.k8s.io validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding
admissionregistration.k8s.io validatingwebhookconfigurations ValidatingWebhookConfiguration
apiextensions.k8s.io customresourcedefinitions CustomResourceDefinition
apiregistration.k8s.io apiservices APIService
networking.k8s.io ingressclasses IngressClass
node.k8s.io runtimeclasses RuntimeClass
rbac.authorization.k8s.io clusterrolebindings ClusterRoleBinding
rbac.authorization.k8s.io clusterroles ClusterRole
scheduling.k8s.io priorityclasses PriorityClass
storage.k8s.io csidrivers CSIDriver
storage.k8s.io storageclasses StorageClass
`

/** Every built-in one, with its kind. */
export const BUILT_IN: readonly (Resource & { readonly kind: string })[] = [
  ...parseTable(NAMESPACED, true),
  ...parseTable(CLUSTER_SCOPED, false),
]

/** Kinds that most repositories bring. Those that grant rights, run in every request or define kinds are not among them. */
export const COMMON: readonly Resource[] = [
  'Namespace',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Secret',
  'Service',
  'ServiceAccount',
  'DaemonSet',
  'Deployment',
  'StatefulSet',
  'HorizontalPodAutoscaler',
  'CronJob',
  'Job',
  'Ingress',
  'NetworkPolicy',
  'PodDisruptionBudget',
].flatMap((kind) => BUILT_IN.filter((resource) => resource.kind === kind))

/** The built-in resource of a kind; undefined for custom ones. */
export function builtInResource({ group, kind }: Pick<ResourceKey, 'group' | 'kind'>): Resource | undefined {
  return BUILT_IN.find((resource) => resource.group === group && resource.kind === kind)
}

/** Reads `certificates.cert-manager.io`, as `kubectl api-resources -o name` prints it. */
export function parseResource(text: string, namespaced: boolean): Resource {
  const [plural = '', ...group] = text.split('.')
  return { group: group.join('.'), plural, namespaced }
}

function parseTable(text: string, namespaced: boolean) {
  const rows = text.trim().split('\n')
  return rows.map((row) => {
    const [group = '', plural = '', kind = ''] = row.split(' ')
    return { group: group === '-' ? '' : group, plural, kind, namespaced }
  })
}
