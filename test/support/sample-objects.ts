import type { Resource } from '../../src/reconcile/rights/resources.ts'

const POD = 'metadata: { labels: { app: x } }, spec: { containers: [{ name: x, image: "x:1" }] }'
const WORKLOAD = `{ selector: { matchLabels: { app: x } }, template: { ${POD} } }`
const JOB = '{ template: { spec: { restartPolicy: Never, containers: [{ name: x, image: "x:1" }] } } }'

/** apiVersion, kind and the rest of a small valid object of each common resource. */
const SAMPLES: Readonly<Record<string, readonly [version: string, kind: string, body: string]>> = {
  namespaces: ['v1', 'Namespace', ''],
  configmaps: ['v1', 'ConfigMap', ''],
  persistentvolumeclaims: [
    'v1',
    'PersistentVolumeClaim',
    'spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }',
  ],
  secrets: ['v1', 'Secret', 'type: Opaque'],
  services: ['v1', 'Service', 'spec: { ports: [{ port: 80 }] }'],
  serviceaccounts: ['v1', 'ServiceAccount', ''],
  daemonsets: ['apps/v1', 'DaemonSet', `spec: ${WORKLOAD}`],
  deployments: ['apps/v1', 'Deployment', `spec: ${WORKLOAD}`],
  statefulsets: ['apps/v1', 'StatefulSet', `spec: ${WORKLOAD}`],
  horizontalpodautoscalers: [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: x } }',
  ],
  cronjobs: ['batch/v1', 'CronJob', `spec: { schedule: "0 0 * * *", jobTemplate: { spec: ${JOB} } }`],
  jobs: ['batch/v1', 'Job', `spec: ${JOB}`],
  ingresses: [
    'networking.k8s.io/v1',
    'Ingress',
    'spec: { defaultBackend: { service: { name: x, port: { number: 80 } } } }',
  ],
  networkpolicies: ['networking.k8s.io/v1', 'NetworkPolicy', 'spec: { podSelector: {} }'],
  poddisruptionbudgets: ['policy/v1', 'PodDisruptionBudget', 'spec: { maxUnavailable: 1 }'],
}

export interface Sample {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  /** The object by name, with `round` in its annotations. */
  yaml(name: string, namespace: string, round: string): string
}

export function sampleOf({ plural, namespaced }: Resource): Sample {
  const [apiVersion, kind, body] = SAMPLES[plural] ?? ['', '', '']
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return {
    kind: { group, version, kind },
    yaml(name, namespace, round) {
      const place = namespaced ? `, namespace: ${namespace}` : ''
      const annotations = `{ round: "${round}", lockstep.dev/prune: allowed }`
      return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}${place}, annotations: ${annotations} }\n${body}\n`
    },
  }
}
