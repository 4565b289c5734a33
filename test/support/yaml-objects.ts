/** YAML of small objects, for overlays that tests write. */
export function namespaceYaml(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`
}

export function configMapYaml(name: string, namespace: string, data: Readonly<Record<string, string>>): string {
  const metadata = `{ name: ${name}, namespace: ${namespace} }`
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\ndata: ${JSON.stringify(data)}\n`
}

export function secretYaml(name: string, namespace: string, stringData: Readonly<Record<string, string>>): string {
  const metadata = `{ name: ${name}, namespace: ${namespace} }`
  return `apiVersion: v1\nkind: Secret\nmetadata: ${metadata}\nstringData: ${JSON.stringify(stringData)}\n`
}

export function deploymentYaml(
  name: string,
  namespace: string,
  { image = 'registry.example/web:1', replicas = 2 }: { image?: string; replicas?: number } = {},
): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: web
          image: ${image}
          env: [{ name: MODE, value: fast }]
          resources: { requests: { cpu: 1000m, memory: 0.5Gi } }
`
}

export function serviceAccountYaml(name: string, namespace: string): string {
  return `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: ${namespace} }\n`
}
