import type { FieldChange } from './field-diff.ts'
import { isImmutable } from './immutable-fields.ts'
import type { JsonObject } from './json.ts'
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
  SealedSecret: 'secret',
  ExternalSecret: 'secret',
  SecretStore: 'secret',
  ClusterSecretStore: 'secret',
  ServiceAccount: 'rbac',
  PodSecurityPolicy: 'rbac',
  MutatingWebhookConfiguration: 'rbac',
  ValidatingWebhookConfiguration: 'rbac',
  ValidatingAdmissionPolicy: 'rbac',
  ValidatingAdmissionPolicyBinding: 'rbac',
  Service: 'network',
  Endpoints: 'network',
  EndpointSlice: 'network',
  Ingress: 'network',
  IngressClass: 'network',
  NetworkPolicy: 'network',
  Gateway: 'network',
  HTTPRoute: 'network',
  GRPCRoute: 'network',
  TCPRoute: 'network',
  TLSRoute: 'network',
  UDPRoute: 'network',
  VirtualService: 'network',
  DestinationRule: 'network',
  PersistentVolume: 'storage',
  PersistentVolumeClaim: 'storage',
  StorageClass: 'storage',
  VolumeSnapshot: 'storage',
  VolumeSnapshotClass: 'storage',
  LimitRange: 'resources',
  ResourceQuota: 'resources',
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

/** `before` is the whole object as it was; undefined for a new one. */
export function classifyFact(key: ResourceKey, change: FieldChange, before: JsonObject | undefined): FactClass {
  const { steps, verb } = change
  if (steps.length === 0) return verb === 'removed' ? 'delete' : classOfKind(key)
  if (before && isImmutable(key, change, before)) return 'immutable'
  const names = steps.filter((step) => typeof step === 'string')
  if (isMetadata(names)) return 'metadata'
  if (names[0] === 'apiVersion') return 'other'
  const kind = classOfKind(key)
  if (kind !== 'other') return kind
  return isContainer(change, names) ? 'image' : classOfField(names)
}

/** A container that comes or goes brings or takes its image. */
function isContainer({ steps }: FieldChange, names: readonly string[]): boolean {
  return typeof steps.at(-1) !== 'string' && CONTAINERS.has(names.at(-1) ?? '')
}

const CONTAINERS = new Set(['containers', 'initContainers', 'ephemeralContainers'])

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
