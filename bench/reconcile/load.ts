import { stringify } from 'yaml'

/** 25 Namespaces, and applications of a Deployment, Service, ConfigMap and ServiceAccount spread over them. */
export interface Load {
  readonly applications: number
  /** Image tag of the application in the middle; everybody else's stays. */
  readonly tag?: string
  /** Begins the names of its namespaces. Default `load`. */
  readonly name?: string
}

type Body = Readonly<Record<string, unknown>>

const NAMESPACES = 25
const LOAD = 'load'
/** Of each Deployment. */
export const REPLICAS = 2

/** The one that is changed, and drifts: nobody comes to it first or last. */
export function middleOf({ applications, name }: Load): { name: string; namespace: string } {
  const index = Math.floor(applications / 2)
  return { name: `app-${index}`, namespace: namespaceOf(index, name) }
}

/** How many objects a load holds. */
export function sizeOf({ applications }: Load): number {
  return NAMESPACES + applications * 4
}

/** The objects as one YAML text. */
export function printLoad(load: Load): string {
  return loadObjects(load)
    .map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false })}`)
    .join('')
}

export function loadObjects(load: Load): Body[] {
  const { applications, tag = '1.0.0', name = LOAD } = load
  const middle = middleOf(load).name
  const numbers = Array.from({ length: applications }, (_, index) => index)
  const tagOf = (index: number) => (middle === `app-${index}` ? tag : '1.0.0')
  return [...namespaces(name), ...numbers.flatMap((index) => application(index, tagOf(index), name))]
}

export function namespaces(name = LOAD) {
  return Array.from({ length: NAMESPACES }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespaceOf(index, name) },
  }))
}

export function namespaceOf(index: number, name = LOAD): string {
  return `${name}-${index % NAMESPACES}`
}

function application(index: number, tag: string, load: string): Body[] {
  const name = `app-${index}`
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/part-of': 'load',
    'app.kubernetes.io/component': 'server',
  }
  const metadata = { name, namespace: namespaceOf(index, load), labels }
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment(name, labels, tag) },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: service(name) },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: settings(name) },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
  ]
}

function deployment(name: string, labels: Body, tag: string): Body {
  return {
    replicas: REPLICAS,
    revisionHistoryLimit: 5,
    selector: { matchLabels: { 'app.kubernetes.io/name': name } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: { labels, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' } },
      spec: {
        serviceAccountName: name,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001 },
        containers: [server(name, tag), sidecar(name)],
        volumes: [
          { name: 'settings', configMap: { name } },
          { name: 'scratch', emptyDir: { sizeLimit: '64Mi' } },
        ],
      },
    },
  }
}

function server(name: string, tag: string): Body {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 5, timeoutSeconds: 2 })
  return {
    name: 'server',
    image: `registry.example.com/load/${name}:${tag}`,
    args: ['--listen=:8080', '--config=/etc/settings/settings.yaml'],
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 9090 },
    ],
    env: [
      { name: 'APPLICATION', value: name },
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ],
    readinessProbe: probe('/readyz'),
    livenessProbe: probe('/livez'),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    securityContext: hardened,
    volumeMounts: [
      { name: 'settings', mountPath: '/etc/settings', readOnly: true },
      { name: 'scratch', mountPath: '/tmp' },
    ],
  }
}

function sidecar(name: string): Body {
  return {
    name: 'proxy',
    image: 'registry.example.com/load/proxy:3.4.1',
    args: [`--upstream=127.0.0.1:8080`, `--name=${name}`],
    ports: [{ name: 'proxy', containerPort: 8443 }],
    resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { memory: '64Mi' } },
    securityContext: hardened,
  }
}

const hardened = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

function service(name: string): Body {
  return {
    selector: { 'app.kubernetes.io/name': name },
    ports: [
      { name: 'http', port: 80, targetPort: 'http' },
      { name: 'metrics', port: 9090, targetPort: 'metrics' },
    ],
  }
}

function settings(name: string): Body {
  return {
    'settings.yaml': [
      `name: ${name}`,
      'cache: {entries: 1000, seconds: 60}',
      'database: {pool: 8, timeoutSeconds: 5}',
      'features: {search: true, suggestions: false, beta: false}',
      '',
    ].join('\n'),
    banner: `Welcome to ${name}. This is a load of the benchmark; nothing serves it.`,
  }
}
