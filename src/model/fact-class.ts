import type { Verb } from './field-diff.ts'
import type { PathStep } from './field-path.ts'
import type { ResourceKey } from './resource-key.ts'

/** What a reviewer looks for. One class a fact, the most telling one. */
export type FactClass =
  | 'image'
  | 'replicas'
  | 'resources'
  | 'env'
  | 'config'
  | 'rbac'
  | 'network'
  | 'storage'
  | 'schedule'
  | 'crd'
  | 'secret'
  | 'metadata'
  /** A field that cannot be changed in place: the object has to be made anew. */
  | 'immutable'
  | 'delete'
  | 'other'

const KINDS: Readonly<Record<string, FactClass>> = {
  Secret: 'secret',
  ConfigMap: 'config',
  CustomResourceDefinition: 'crd',
  ServiceAccount: 'rbac',
  Service: 'network',
  Endpoints: 'network',
  EndpointSlice: 'network',
  Ingress: 'network',
  IngressClass: 'network',
  NetworkPolicy: 'network',
  Gateway: 'network',
  HTTPRoute: 'network',
  GRPCRoute: 'network',
  PersistentVolume: 'storage',
  PersistentVolumeClaim: 'storage',
  StorageClass: 'storage',
  PriorityClass: 'schedule',
}

const FIELDS: Readonly<Record<string, FactClass>> = {
  image: 'image',
  replicas: 'replicas',
  minReplicas: 'replicas',
  maxReplicas: 'replicas',
  resources: 'resources',
  env: 'env',
  envFrom: 'env',
  serviceAccountName: 'rbac',
  serviceAccount: 'rbac',
  automountServiceAccountToken: 'rbac',
  securityContext: 'rbac',
  ports: 'network',
  hostNetwork: 'network',
  hostAliases: 'network',
  dnsPolicy: 'network',
  dnsConfig: 'network',
  volumes: 'storage',
  volumeMounts: 'storage',
  volumeDevices: 'storage',
  volumeClaimTemplates: 'storage',
  schedule: 'schedule',
  timeZone: 'schedule',
  suspend: 'schedule',
  concurrencyPolicy: 'schedule',
  nodeSelector: 'schedule',
  nodeName: 'schedule',
  affinity: 'schedule',
  tolerations: 'schedule',
  topologySpreadConstraints: 'schedule',
  priorityClassName: 'schedule',
  schedulerName: 'schedule',
}

export function classifyFact(key: ResourceKey, steps: readonly PathStep[], verb: Verb): FactClass {
  if (steps.length === 0) return verb === 'removed' ? 'delete' : classOfKind(key)
  const names = steps.filter((step) => typeof step === 'string')
  if (isMetadata(names)) return 'metadata'
  const kind = classOfKind(key)
  return kind === 'other' ? classOfField(names) : kind
}

function isMetadata(names: readonly string[]): boolean {
  const at = names.indexOf('metadata')
  return at === 0 || (at > 0 && names[at - 1] === 'template')
}

function classOfKind(key: ResourceKey): FactClass {
  if (key.group === 'rbac.authorization.k8s.io') return 'rbac'
  return (Object.hasOwn(KINDS, key.kind) && KINDS[key.kind]) || 'other'
}

function classOfField(names: readonly string[]): FactClass {
  const telling = names.find((name) => Object.hasOwn(FIELDS, name))
  return (telling !== undefined && FIELDS[telling]) || 'other'
}
