import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ClusterError } from '../../src/model/cluster-error.ts'
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/eventually.ts'
import { manifest } from '../support/manifests.ts'

const plane = useControlPlane()

const POD = '{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: "i:1"}]}}'
const JOB_POD = '{spec: {restartPolicy: Never, containers: [{name: c, image: "i:1"}]}}'
const SELECTED = `selector: {matchLabels: {a: b}}, template: ${POD}`
const CLAIM = 'accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}'
const DISK = 'capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /a}'
const ROLE_REF = 'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}'
const ELSEWHERE = 'nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}'
const CRD = `group: example.com, scope: Namespaced, names: {plural: things, kind: Thing}, versions:
  [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]`

/** An object, and edits of it: `path: value`, without a value where the field goes. */
const ALLOWED: [string, string[]][] = [
  [`apps/v1 Deployment {spec: {${SELECTED}}}`, ['spec.replicas: 3', 'spec.strategy: {rollingUpdate: {maxSurge: 2}}']],
  [
    `apps/v1 StatefulSet {spec: {serviceName: s, ${SELECTED}}}`,
    [
      'spec.replicas: 3',
      'spec.ordinals: {start: 1}',
      'spec.minReadySeconds: 5',
      'spec.revisionHistoryLimit: 3',
      'spec.updateStrategy: {rollingUpdate: {partition: 1}}',
      'spec.persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}',
      'spec.template.spec.containers: [{name: c, image: "i:2"}]',
      'spec.podManagementPolicy: OrderedReady',
    ],
  ],
  [
    `batch/v1 Job {spec: {template: ${JOB_POD}}}`,
    ['spec.parallelism: 2', 'spec.suspend: true', 'spec.backoffLimit: 2', 'spec.completionMode: NonIndexed'],
  ],
  [
    `batch/v1 Job {spec: {completionMode: Indexed, completions: 2, parallelism: 2, template: ${JOB_POD}}}`,
    ['spec.completions: 3; spec.parallelism: 3'],
  ],
  [
    'v1 Pod {spec: {containers: [{name: c, image: "i:1"}]}}',
    [
      'spec.containers: [{name: c, image: "i:2"}]',
      'spec.activeDeadlineSeconds: 9',
      'spec.tolerations: [{key: k, operator: Exists}]',
    ],
  ],
  ['v1 Service {spec: {ports: [{port: 80}]}}', ['spec.ports: [{port: 81}]', 'spec.type: NodePort']],
  ['v1 Service {spec: {clusterIP: None, ports: [{port: 80}]}}', ['spec.clusterIP:']],
  [`v1 PersistentVolumeClaim {spec: {${CLAIM}}}`, ['spec.volumeMode: Filesystem', 'spec.storageClassName: first']],
  [
    `v1 PersistentVolume {spec: {${DISK}}}`,
    ['spec.capacity.storage: 2Gi', 'spec.persistentVolumeReclaimPolicy: Delete', `spec.${ELSEWHERE}`],
  ],
  ['v1 Secret {stringData: {a: b}}', ['stringData.a: c', 'type: Opaque']],
  ['v1 ConfigMap {data: {a: b}}', ['data.a: c', 'immutable: true']],
  ['v1 ConfigMap {immutable: true, data: {a: b}}', ['metadata.labels: {a: b}']],
  [
    'storage.k8s.io/v1 StorageClass {provisioner: example.com/p, parameters: {a: b}}',
    ['allowVolumeExpansion: true', 'mountOptions: [ro]', 'reclaimPolicy: Delete', 'volumeBindingMode: Immediate'],
  ],
  ['storage.k8s.io/v1 CSIDriver {spec: {attachRequired: false}}', ['spec.storageCapacity: true']],
  [`rbac.authorization.k8s.io/v1 RoleBinding {${ROLE_REF}}`, ['subjects: [{kind: User, name: u}]']],
  ['scheduling.k8s.io/v1 PriorityClass {value: 5}', ['description: d', 'preemptionPolicy: PreemptLowerPriority']],
  ['networking.k8s.io/v1 IngressClass {spec: {controller: example.com/a}}', ['metadata.annotations: {a: b}']],
  [`apiextensions.k8s.io/v1 CustomResourceDefinition {spec: {${CRD}}}`, ['spec.names.shortNames: [th]']],
]

const REFUSED: [string, string[]][] = [
  [
    `apps/v1 Deployment {spec: {${SELECTED}}}`,
    ['spec.selector.matchLabels: {a: b, c: d}; spec.template.metadata.labels: {a: b, c: d}'],
  ],
  [
    `apps/v1 DaemonSet {spec: {${SELECTED}}}`,
    ['spec.selector.matchLabels: {a: b, c: d}; spec.template.metadata.labels: {a: b, c: d}'],
  ],
  [
    `apps/v1 ReplicaSet {spec: {${SELECTED}}}`,
    ['spec.selector.matchLabels: {a: b, c: d}; spec.template.metadata.labels: {a: b, c: d}'],
  ],
  [
    `apps/v1 StatefulSet {spec: {serviceName: s, ${SELECTED}, volumeClaimTemplates: [{metadata: {name: d}, spec: {${CLAIM}}}]}}`,
    [
      'spec.serviceName: other',
      'spec.podManagementPolicy: Parallel',
      'spec.volumeClaimTemplates:',
      `spec.volumeClaimTemplates: [{metadata: {name: d}, spec: {${CLAIM.replace('1Gi', '2Gi')}}}]`,
    ],
  ],
  ['apps/v1 ControllerRevision {revision: 1, data: {a: b}}', ['data: {a: c}']],
  [
    `batch/v1 Job {spec: {completions: 2, template: ${JOB_POD}}}`,
    [
      'spec.completions: 3',
      'spec.completionMode: Indexed',
      'spec.managedBy: example.com/other',
      'spec.podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [1]}}]}',
      'spec.template.spec.containers: [{name: c, image: "i:2"}]',
      'spec.template.metadata: {labels: {a: b}}',
    ],
  ],
  [
    `batch/v1 Job {spec: {completionMode: Indexed, completions: 2, template: ${JOB_POD}}}`,
    ['spec.backoffLimitPerIndex: 1', 'spec.successPolicy: {rules: [{succeededCount: 1}]}'],
  ],
  [
    'v1 Pod {spec: {containers: [{name: c, image: "i:1"}]}}',
    ['spec.containers: [{name: c, image: "i:1", args: [a]}]', 'spec.nodeSelector: {a: b}', 'spec.hostNetwork: true'],
  ],
  ['v1 Service {spec: {ports: [{port: 80}]}}', ['spec.clusterIP: 10.0.0.77', 'spec.clusterIP: None']],
  ['v1 Service {spec: {clusterIP: None, ports: [{port: 80}]}}', ['spec.clusterIP: 10.0.0.78']],
  [
    `v1 PersistentVolumeClaim {spec: {storageClassName: s, ${CLAIM}}}`,
    [
      'spec.resources.requests.storage: 500Mi',
      'spec.accessModes: [ReadOnlyMany]',
      'spec.storageClassName: other',
      'spec.volumeMode: Block',
    ],
  ],
  [
    `v1 PersistentVolume {spec: {${DISK}, ${ELSEWHERE}}}`,
    ['spec.hostPath.path: /b', 'spec.volumeMode: Block', `spec.${ELSEWHERE.replace('key: a', 'key: z')}`],
  ],
  ['v1 Secret {stringData: {a: b}}', ['type: example.com/other']],
  ['v1 Secret {immutable: true, stringData: {a: b}}', ['stringData.a: c', 'immutable: false']],
  [
    'v1 ConfigMap {immutable: true, data: {a: b}}',
    ['data.a: c', 'data.b: c', 'data:', 'immutable:', 'binaryData: {z: YQ==}'],
  ],
  [
    'storage.k8s.io/v1 StorageClass {provisioner: example.com/p, parameters: {a: b}}',
    [
      'provisioner: example.com/q',
      'parameters.a: c',
      'reclaimPolicy: Retain',
      'volumeBindingMode: WaitForFirstConsumer',
    ],
  ],
  [
    'storage.k8s.io/v1 CSIDriver {spec: {attachRequired: false}}',
    ['spec.attachRequired: true', 'spec.volumeLifecycleModes: [Ephemeral]'],
  ],
  [
    'storage.k8s.io/v1 VolumeAttachment {spec: {attacher: a, nodeName: n, source: {persistentVolumeName: p}}}',
    ['spec.nodeName: m'],
  ],
  [
    'storage.k8s.io/v1 VolumeAttributesClass {driverName: example.com, parameters: {a: b}}',
    ['parameters.a: c', 'driverName: example.org'],
  ],
  [
    'storage.k8s.io/v1 CSIStorageCapacity {storageClassName: s, nodeTopology: {matchLabels: {a: b}}}',
    ['storageClassName: t', 'nodeTopology.matchLabels.a: c'],
  ],
  [`rbac.authorization.k8s.io/v1 RoleBinding {${ROLE_REF}}`, ['roleRef.name: b']],
  [`rbac.authorization.k8s.io/v1 ClusterRoleBinding {${ROLE_REF}}`, ['roleRef.name: b']],
  ['scheduling.k8s.io/v1 PriorityClass {value: 5}', ['value: 6', 'preemptionPolicy: Never']],
  ['networking.k8s.io/v1 IngressClass {spec: {controller: example.com/a}}', ['spec.controller: example.com/b']],
  ['node.k8s.io/v1 RuntimeClass {handler: a}', ['handler: b']],
  ['discovery.k8s.io/v1 EndpointSlice {addressType: IPv4, endpoints: []}', ['addressType: FQDN']],
  [
    'resource.k8s.io/v1 ResourceClaimTemplate {spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: d}}]}}}}',
    ['spec.spec.devices.requests: [{name: r, exactly: {deviceClassName: e}}]'],
  ],
  [
    'resource.k8s.io/v1 ResourceClaim {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: d}}]}}}',
    ['spec.devices.requests: [{name: r, exactly: {deviceClassName: e}}]'],
  ],
  [
    `apiextensions.k8s.io/v1 CustomResourceDefinition {spec: {${CRD}}}`,
    ['spec.scope: Cluster', 'spec.group: example.org', 'spec.names.kind: Other'],
  ],
]

const rows = (cases: typeof ALLOWED, refused: boolean) =>
  cases.flatMap(([object, edits]) => edits.map((edit) => [object, edit, refused] as const))

test.each([...rows(ALLOWED, false), ...rows(REFUSED, true)])('%s, then %s', async (object, edits, refused) => {
  const before = read(object)
  const after = edits.split('; ').reduce(edited, before)
  const classes = diffManifests([manifest(before)], [manifest(after)]).flatMap(({ facts }) => facts.map((f) => f.class))
  expect({ classes, immutable: classes.includes('immutable') }).toEqual({ classes, immutable: refused })
  await apply(before)
  if (before.kind === 'CustomResourceDefinition') await established(before)
  const answer = await apply(after).catch((error) => error)
  expect({ edits, answer, refused: answer instanceof ClusterError }).toEqual({ edits, answer, refused })
  await plane.cluster.delete(manifest(before).key, {})
})

function apply(body: JsonObject): Promise<JsonObject> {
  return plane.cluster.apply(body, { fieldManager: 'test' })
}

function established(body: JsonObject): Promise<boolean> {
  return eventually(async () => {
    const live = await plane.cluster.get(manifest(body).key)
    return /"type":"Established","status":"True"/.test(JSON.stringify(live?.status))
  })
}

let count = 0

function read(text: string): JsonObject {
  count += 1
  const [, apiVersion, kind = '', body = ''] =
    /^(\S+) (\S+) (.*)$/s.exec(text.replaceAll('things', `things${count}`)) ?? []
  const name = kind === 'CustomResourceDefinition' ? `things${count}.example.com` : `object-${count}`
  const namespace = CLUSTER_SCOPED.test(kind) ? {} : { namespace: 'default' }
  return { apiVersion, kind, metadata: { name, ...namespace }, ...(parse(body) as JsonObject) }
}

const CLUSTER_SCOPED = /^(?:PersistentVolume|StorageClass|CSIDriver|Volume.*|Cluster.*|.*Class|CustomResource.*)$/

function edited(body: JsonObject, edit: string): JsonObject {
  const [, path = '', value = ''] = /^([^:]+):(.*)$/s.exec(edit) ?? []
  return set(body, path.split('.'), value === '' ? undefined : (parse(value) as Json))
}

function set(body: JsonObject, [name = '', ...rest]: readonly string[], value: Json | undefined): JsonObject {
  const inner = isJsonObject(body[name]) ? (body[name] as JsonObject) : {}
  const { [name]: _, ...others } = body
  const now = rest.length > 0 ? set(inner, rest, value) : value
  return now === undefined ? others : { ...others, [name]: now }
}
