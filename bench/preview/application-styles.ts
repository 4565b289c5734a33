import { stringify } from 'yaml'
import { ENVIRONMENTS, type Environment, type Files } from './files.ts'
import { cronJob, deployment, ingress, rbac, service, statefulSet } from './objects.ts'

type Body = Readonly<Record<string, unknown>>
type Style = (name: string) => Files

const COMMON = '../../../../components/common'
const COUNT: Readonly<Record<Environment, number>> = { dev: 1, staging: 2, prod: 4 }

/** How teams write applications; paths below the application's folder. */
export const APPLICATION_STYLES: readonly Style[] = [
  strategicMergePatches,
  mergedConfiguration,
  jsonPatches,
  oldFields,
  applicationComponents,
  stateful,
  scheduled,
  replaced,
]

function strategicMergePatches(name: string): Files {
  return application(base(name, [deployment(name), service(name), ingress(name)]), (environment) => ({
    'kustomization.yaml': {
      resources: ['../../base'],
      components: [COMMON],
      namespace: environment,
      images: [image(name, environment)],
      patches: [{ path: 'replicas.yaml' }, { path: 'resources.yaml' }],
    },
    'replicas.yaml': { ...named('Deployment', name), spec: { replicas: COUNT[environment] } },
    'resources.yaml': { ...named('Deployment', name), spec: containers(name, { resources: resources(environment) }) },
  }))
}

function mergedConfiguration(name: string): Files {
  const generated = { configMapGenerator: [{ name: `${name}-config`, literals: ['LOG_LEVEL=info', 'WORKERS=4'] }] }
  return application(base(name, [deployment(name), service(name)], generated), (environment) => ({
    'kustomization.yaml': {
      resources: ['../../base'],
      components: [COMMON],
      namespace: environment,
      replicas: [{ name, count: COUNT[environment] }],
      images: [image(name, environment)],
      configMapGenerator: [
        {
          name: `${name}-config`,
          behavior: 'merge',
          literals: [`ENVIRONMENT=${environment}`],
          files: ['app.properties'],
        },
      ],
    },
    'app.properties': `timeout=${COUNT[environment] * 10}\nretries=3\n`,
  }))
}

function jsonPatches(name: string): Files {
  return application(base(name, [deployment(name), service(name), rbac(name)]), (environment) => ({
    'kustomization.yaml': {
      resources: ['../../base'],
      components: [COMMON],
      namespace: environment,
      nameSuffix: `-${environment}`,
      images: [image(name, environment)],
      patches: [
        {
          target: { kind: 'Deployment', name },
          patch: stringify([
            { op: 'replace', path: '/spec/replicas', value: COUNT[environment] },
            {
              op: 'add',
              path: '/spec/template/spec/containers/0/env/-',
              value: { name: 'REGION', value: environment },
            },
          ]),
        },
      ],
    },
  }))
}

function oldFields(name: string): Files {
  return application(base(name, [deployment(name), service(name)]), (environment) => ({
    'kustomization.yaml': {
      bases: ['../../base'],
      components: [COMMON],
      namespace: environment,
      commonLabels: { environment },
      patchesStrategicMerge: ['env.yaml'],
      images: [image(name, environment)],
    },
    'env.yaml': {
      ...named('Deployment', name),
      spec: containers(name, { env: [{ name: 'STAGE', value: environment }] }),
    },
  }))
}

function applicationComponents(name: string): Files {
  const component = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    patches: [{ target: { kind: 'Deployment' }, path: 'probe.yaml' }],
  }
  const probe = [
    {
      op: 'add',
      path: '/spec/template/spec/containers/0/readinessProbe',
      value: { httpGet: { path: '/', port: 'http' } },
    },
  ]
  return {
    ...application(base(name, [deployment(name), service(name), ingress(name)]), (environment) => ({
      'kustomization.yaml': {
        resources: ['../../base'],
        components: [...(environment === 'dev' ? [] : ['../../components/probe']), COMMON],
        namespace: environment,
        images: [image(name, environment)],
        replicas: [{ name, count: COUNT[environment] }],
      },
    })),
    'components/probe/kustomization.yaml': stringify(component),
    'components/probe/probe.yaml': stringify(probe),
  }
}

function stateful(name: string): Files {
  return application(base(name, [statefulSet(name), service(name)]), (environment) => ({
    'kustomization.yaml': {
      resources: ['../../base'],
      components: [COMMON],
      namespace: environment,
      secretGenerator: [{ name: `${name}-credentials`, literals: [`password=${name}-${environment}-password`] }],
      images: [image(name, environment)],
      patches: [{ path: 'storage.yaml' }],
    },
    'storage.yaml': {
      ...named('StatefulSet', name),
      spec: { replicas: COUNT[environment], ...containers(name, { resources: resources(environment) }) },
    },
  }))
}

function scheduled(name: string): Files {
  return application(base(name, [cronJob(name), rbac(name)]), (environment) => ({
    'kustomization.yml': {
      resources: ['../../base'],
      components: [COMMON],
      namespace: environment,
      namePrefix: `${environment}-`,
      images: [image(name, environment)],
      patches: [{ path: 'schedule.yaml' }],
    },
    'schedule.yaml': {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: { schedule: `${COUNT[environment]} 3 * * *` },
    },
  }))
}

function replaced(name: string): Files {
  const generated = { configMapGenerator: [{ name: `${name}-hosts`, literals: ['HOST=example.com'] }] }
  return application(base(name, [deployment(name), service(name), ingress(name)], generated), (environment) => ({
    'kustomization.yaml': {
      resources: ['../../base'],
      components: [COMMON],
      namespace: environment,
      images: [image(name, environment)],
      configMapGenerator: [
        { name: `${name}-hosts`, behavior: 'replace', literals: [`HOST=${name}.${environment}.example.com`] },
      ],
      replacements: [
        {
          source: { kind: 'ConfigMap', name: `${name}-hosts`, fieldPath: 'data.HOST' },
          targets: [{ select: { kind: 'Ingress' }, fieldPaths: ['spec.rules.0.host'] }],
        },
      ],
    },
  }))
}

function application(
  base: Files,
  overlay: (environment: Environment) => Readonly<Record<string, Body | string>>,
): Files {
  const overlays = ENVIRONMENTS.flatMap((environment) =>
    Object.entries(overlay(environment)).map(([file, body]) => [
      `overlays/${environment}/${file}`,
      typeof body === 'string' ? body : stringify(body),
    ]),
  )
  return { ...base, ...Object.fromEntries(overlays) }
}

function base(name: string, objects: readonly (readonly [string, Body])[], more: Body = {}): Files {
  const kustomization = { resources: objects.map(([file]) => file), labels: [{ pairs: { app: name } }], ...more }
  const files = objects.map(([file, body]) => [`base/${file}`, stringify(body)])
  return { 'base/kustomization.yaml': stringify(kustomization), ...Object.fromEntries(files) }
}

function named(kind: string, name: string): Body {
  return { apiVersion: 'apps/v1', kind, metadata: { name } }
}

function containers(name: string, fields: Body): Body {
  return { template: { spec: { containers: [{ name, ...fields }] } } }
}

function image(name: string, environment: Environment): Body {
  return { name: `registry.example.com/${name}`, newTag: `1.${COUNT[environment]}.0` }
}

function resources(environment: Environment): Body {
  const memory = `${128 * COUNT[environment]}Mi`
  return { requests: { cpu: `${100 * COUNT[environment]}m`, memory }, limits: { memory } }
}
