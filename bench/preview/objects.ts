type Body = Readonly<Record<string, unknown>>
type NamedFile = readonly [file: string, body: Body]

const container = (name: string): Body => ({
  name,
  image: `registry.example.com/${name}:1.0.0`,
  ports: [{ name: 'http', containerPort: 8080 }],
  env: [
    { name: 'APPLICATION', value: name },
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
})

const template = (name: string): Body => ({
  metadata: { labels: { app: name } },
  spec: { securityContext: { runAsNonRoot: true }, containers: [container(name)] },
})

export function deployment(name: string): NamedFile {
  const spec = { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name) }
  return ['deployment.yaml', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }]
}

export function statefulSet(name: string): NamedFile {
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
  }
  const spec = {
    serviceName: name,
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: template(name),
    volumeClaimTemplates: [claim],
  }
  return ['statefulset.yaml', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec }]
}

export function cronJob(name: string): NamedFile {
  const pod = { restartPolicy: 'Never', serviceAccountName: name, containers: [container(name)] }
  const spec = { schedule: '0 3 * * *', jobTemplate: { spec: { template: { spec: pod } } } }
  return ['cronjob.yaml', { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec }]
}

export function service(name: string): NamedFile {
  const spec = { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }
  return ['service.yaml', { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }]
}

export function ingress(name: string): NamedFile {
  const backend = { service: { name, port: { name: 'http' } } }
  const rule = { host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }
  return [
    'ingress.yaml',
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name }, spec: { rules: [rule] } },
  ]
}

export function rbac(name: string): NamedFile {
  return ['serviceaccount.yaml', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }]
}
