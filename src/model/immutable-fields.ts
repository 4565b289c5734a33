import type { FieldChange } from './field-diff.ts'
import type { PathStep } from './field-path.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { equalJson } from './json-equal.ts'
import { parseQuantity } from './quantity.ts'
import type { ResourceKey } from './resource-key.ts'

interface Rule {
  /** Paths that the API server refuses to change once the object exists; `*` for any item. */
  readonly fields: readonly string[]
  /** Paths below them that may change all the same. */
  readonly except?: readonly string[]
  /** What the API server fills in: naming it, or leaving it out, changes nothing. */
  readonly defaults?: Readonly<Record<string, Json>>
}

/**
 * What Kubernetes' own validation of updates refuses (pkg/apis/<group>/validation), by group and kind. A test asks a real API
 * server for each of them.
 */
const RULES: Readonly<Record<string, Rule>> = {
  'apps/Deployment': { fields: ['spec.selector'] },
  'apps/DaemonSet': { fields: ['spec.selector'] },
  'apps/ReplicaSet': { fields: ['spec.selector'] },
  'apps/StatefulSet': {
    fields: ['spec'],
    except: [
      'spec.replicas',
      'spec.ordinals',
      'spec.template',
      'spec.updateStrategy',
      'spec.revisionHistoryLimit',
      'spec.persistentVolumeClaimRetentionPolicy',
      'spec.minReadySeconds',
    ],
    defaults: { 'spec.podManagementPolicy': 'OrderedReady' },
  },
  'apps/ControllerRevision': { fields: ['data'] },
  'batch/Job': {
    fields: [
      'spec.selector',
      'spec.template',
      'spec.completions',
      'spec.completionMode',
      'spec.podFailurePolicy',
      'spec.backoffLimitPerIndex',
      'spec.managedBy',
      'spec.successPolicy',
    ],
    defaults: { 'spec.completionMode': 'NonIndexed', 'spec.managedBy': 'kubernetes.io/job-controller' },
  },
  '/Pod': {
    fields: ['spec'],
    except: [
      'spec.containers.*.image',
      'spec.initContainers.*.image',
      'spec.activeDeadlineSeconds',
      'spec.tolerations.*',
    ],
  },
  '/Service': { fields: ['spec.clusterIP', 'spec.clusterIPs'] },
  '/PersistentVolumeClaim': {
    fields: ['spec'],
    except: ['spec.resources.requests', 'spec.volumeAttributesClassName'],
    defaults: { 'spec.volumeMode': 'Filesystem' },
  },
  '/PersistentVolume': {
    fields: ['spec'],
    except: [
      'spec.accessModes',
      'spec.capacity',
      'spec.claimRef',
      'spec.mountOptions',
      'spec.persistentVolumeReclaimPolicy',
      'spec.storageClassName',
      'spec.volumeAttributesClassName',
    ],
    defaults: { 'spec.volumeMode': 'Filesystem' },
  },
  '/Secret': { fields: ['type'], defaults: { type: 'Opaque' } },
  'storage.k8s.io/StorageClass': {
    fields: ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
    defaults: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  },
  'storage.k8s.io/CSIDriver': {
    fields: ['spec.attachRequired', 'spec.volumeLifecycleModes'],
    defaults: { 'spec.attachRequired': true, 'spec.volumeLifecycleModes': ['Persistent'] },
  },
  'storage.k8s.io/VolumeAttachment': { fields: ['spec'] },
  'storage.k8s.io/VolumeAttributesClass': { fields: ['driverName', 'parameters'] },
  'storage.k8s.io/CSIStorageCapacity': { fields: ['nodeTopology', 'storageClassName'] },
  'rbac.authorization.k8s.io/RoleBinding': { fields: ['roleRef'] },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { fields: ['roleRef'] },
  'scheduling.k8s.io/PriorityClass': {
    fields: ['value', 'preemptionPolicy'],
    defaults: { preemptionPolicy: 'PreemptLowerPriority' },
  },
  'networking.k8s.io/IngressClass': { fields: ['spec.controller'] },
  'node.k8s.io/RuntimeClass': { fields: ['handler'] },
  'discovery.k8s.io/EndpointSlice': { fields: ['addressType'] },
  'certificates.k8s.io/CertificateSigningRequest': { fields: ['spec'] },
  'resource.k8s.io/ResourceClaim': { fields: ['spec'] },
  'resource.k8s.io/ResourceClaimTemplate': { fields: ['spec'] },
  'apiextensions.k8s.io/CustomResourceDefinition': {
    fields: ['spec.group', 'spec.scope', 'spec.names.kind', 'spec.names.plural'],
  },
}

/** `immutable: true` in the object itself closes these for good. */
const SEALED = ['data', 'binaryData', 'stringData', 'immutable']

/** The API server refuses this change: the object has to be deleted and made anew. `before` is the whole object as it was. */
export function isImmutable(key: ResourceKey, change: FieldChange, before: JsonObject): boolean {
  const id = `${key.group}/${key.kind}`
  const sealed = before.immutable === true && (id === '/ConfigMap' || id === '/Secret')
  if (sealed && SEALED.some((field) => isWithin(change.steps, field))) return true
  const rule = Object.hasOwn(RULES, id) ? RULES[id] : undefined
  if (!rule || isDefaulted(change, rule)) return false
  const closed = rule.fields.some((field) => isWithin(change.steps, field))
  const open = rule.except?.some((field) => isWithin(change.steps, field)) ?? false
  return (closed && !open && !isAllowed(id, change, before)) || (id === '/PersistentVolumeClaim' && shrinks(change))
}

function isWithin(steps: readonly PathStep[], field: string): boolean {
  const names = field.split('.')
  return names.length <= steps.length && names.every((name, i) => name === '*' || name === steps[i])
}

function isDefaulted(change: FieldChange, { defaults = {} }: Rule): boolean {
  const filled = Object.entries(defaults).find(([field]) => field === change.steps.join('.'))?.[1]
  return filled !== undefined && equalJson(change.before ?? filled, change.after ?? filled)
}

/** What depends on more than the path. */
function isAllowed(id: string, { steps, verb }: FieldChange, before: JsonObject): boolean {
  const spec = isJsonObject(before.spec) ? before.spec : {}
  const path = steps.join('.')
  // Left out, the server keeps the address that the Service has; one that has none may still get one.
  if (id === '/Service') return verb === 'removed' || spec.type === 'ExternalName'
  if (id === '/PersistentVolume') return path === 'spec.nodeAffinity' && verb === 'added'
  if (id === '/PersistentVolumeClaim') return path === 'spec.storageClassName' && verb === 'added'
  if (id === '/Pod') return steps[1] === 'tolerations' && verb === 'added'
  if (id === 'batch/Job') return path === 'spec.completions' && spec.completionMode === 'Indexed'
  return false
}

function shrinks({ steps, before, after }: FieldChange): boolean {
  const [old, now] = [parseQuantity(before), parseQuantity(after)]
  return steps.join('.') === 'spec.resources.requests.storage' && old !== undefined && now !== undefined && now < old
}
