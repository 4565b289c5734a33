import { stringify } from 'yaml'

/** One after the other. A person promotes into test; staging promotes by itself once somebody has approved. */
export const ENVIRONMENTS = ['dev', 'test', 'staging', 'canary', 'prod'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

export const applicationName = (number: number) => `app-${String(number).padStart(3, '0')}`

export const overlayPath = (application: string, environment: Environment) =>
  `apps/${application}/overlays/${environment}`

/** Applications of a Deployment and a Service in five environments each, by default all at one version. Same bytes every time. */
export function repositoryFiles(
  applications: number,
  tagIn: (environment: Environment) => string = () => '1.0.0',
): Record<string, string> {
  const files: Record<string, string> = { '.lockstep.yaml': CONFIG }
  for (let number = 0; number < applications; number += 1) {
    const name = applicationName(number)
    files[`apps/${name}/base/kustomization.yaml`] = 'resources: [deployment.yaml, service.yaml]\n'
    files[`apps/${name}/base/deployment.yaml`] = deployment(name)
    files[`apps/${name}/base/service.yaml`] = service(name)
    for (const environment of ENVIRONMENTS)
      files[`${overlayPath(name, environment)}/kustomization.yaml`] = overlayText(name, environment, tagIn(environment))
  }
  return files
}

/** What a promotion edits: the tag. Replicas and the namespace are the environment's own. */
export function overlayText(name: string, environment: Environment, tag: string): string {
  return `# ${name} in ${environment}
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${environment}
resources:
  - ../../base
images:
  - name: registry.example.com/shop/${name}
    newTag: "${tag}" # set by promotions
replicas:
  - name: ${name}
    count: ${ENVIRONMENTS.indexOf(environment) + 1}
`
}

const CONFIG = stringify({
  version: 1,
  overlays: 'apps/{app}/overlays/{environment}',
  environments: ENVIRONMENTS.map((name, index) => ({
    name,
    cluster: name,
    ...(index > 0 && { after: [ENVIRONMENTS[index - 1]] }),
    ...(name === 'staging' && { promote: 'auto', gates: { approvals: 1 } }),
  })),
})

function deployment(name: string): string {
  const containers = [{ name, image: `registry.example.com/shop/${name}`, ports: [{ containerPort: 8080 }] }]
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  })
}

function service(name: string): string {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] }
  return stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec })
}
