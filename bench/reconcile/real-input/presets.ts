import { type Definition, definitions } from './definitions.ts'

/** How a public repository becomes one that Lockstep reconciles, without a change of its own files. */
export interface Preset {
  readonly folders: readonly string[]
  readonly tags: string
  /** Releases between the older version and the newest. */
  readonly back: number
  /** Overlays that the repository has itself, as a template below `upstream/`, and their application. */
  readonly own?: { readonly template: string; readonly application: string; readonly environments: readonly string[] }
  /** Kustomizations that get an overlay in the first environment: a namespace of the application's name, and these. */
  readonly wrapped: readonly Wrapped[]
  readonly definitions: readonly Definition[]
  /** Objects that a cluster has from elsewhere: `VolumeClaim` sizes. */
  readonly volumes: readonly string[]
  /** Health rules in the words of `.lockstep.yaml`. */
  readonly rules: readonly string[]
}

export interface Wrapped {
  readonly application: string
  /** Below `upstream/`. */
  readonly resources: readonly string[]
  readonly components?: readonly string[]
}

/** No metrics are served in the bench, so autoscalers cannot work. */
const AUTOSCALERS = '{ kind: HorizontalPodAutoscaler.autoscaling, healthy: "true" }'

const podinfo: Preset = {
  folders: ['kustomize', 'deploy'],
  tags: '6.*',
  back: 3,
  own: {
    template: 'deploy/overlays/{environment}',
    application: 'webapp',
    environments: ['dev', 'staging', 'production'],
  },
  wrapped: [{ application: 'podinfo', resources: ['kustomize'] }],
  definitions: [],
  volumes: ['1Gi', '1Gi', '1Gi'],
  rules: [AUTOSCALERS],
}

const COMPONENTS = [
  'alloydb',
  'container-images-registry',
  'container-images-tag',
  'container-images-tag-suffix',
  'custom-base-url',
  'cymbal-branding',
  'google-cloud-operations',
  'memorystore',
  'network-policies',
  'non-public-frontend',
  'service-mesh-istio',
  'shopping-assistant',
  'single-shared-session',
  'spanner',
  'without-loadgenerator',
]

const TESTS = ['memorystore', 'service-mesh-istio', 'spanner'].map((name) => `${name}-with-all-components`)

const boutique: Preset = {
  folders: ['kustomize'],
  tags: 'v0.10.*',
  back: 2,
  wrapped: [
    { application: 'boutique', resources: ['kustomize'] },
    ...TESTS.map((name) => ({ application: name, resources: [`kustomize/tests/${name}`] })),
    ...COMPONENTS.map((name) => ({
      application: `with-${name}`,
      resources: ['kustomize/base'],
      components: [`kustomize/components/${name}`],
    })),
  ],
  definitions,
  volumes: [],
  // Nobody plays the gateways.
  rules: [
    '{ kind: Gateway.gateway.networking.k8s.io, healthy: "true" }',
    '{ kind: HTTPRoute.gateway.networking.k8s.io, healthy: "true" }',
  ],
}

export const PRESETS: Readonly<Record<string, Preset>> = { podinfo, 'microservices-demo': boutique }
