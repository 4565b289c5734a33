import type { MonitoringSource } from './monitoring.ts'
import type { RegistrySource } from './registries.ts'
import type { RemoteSources } from './remote-sources.ts'
import type { Secret } from './secret.ts'

/** The operator's file and secrets after parsing, every default filled in. Documented in docs/reference/operator-config.md. */
export interface OperatorConfig extends OperatorFile {
  readonly secrets: OperatorSecrets
}

export interface OperatorFile extends RemoteSources {
  /** Addresses without a slash at the end. */
  readonly github: { readonly url: string; readonly apiUrl: string }
  readonly server: { readonly host: string; readonly port: number }
  readonly sweep: { readonly intervalMs: number }
  /** How long a cluster stays with a worker that is not heard of. */
  readonly ownership: { readonly leaseMs: number }
  /** Absolute directory of mirrors and caches; can be emptied at any time. */
  readonly data: string
  readonly clusters: readonly ClusterConfig[]
  readonly writes: WritePacing
  readonly render: RenderConfig
  /** Namespace of each cluster that holds what Lockstep remembers there. */
  readonly inventoryNamespace: string
  /** Whether what happens to objects is told as Kubernetes Events. */
  readonly events: boolean
  /** What may be watched for new versions of images. */
  readonly registries: readonly RegistrySource[]
  /** What gates may ask for metrics. */
  readonly metrics: readonly MonitoringSource[]
}

/** What a command on a laptop takes from the operator's file. */
export interface ClientFile extends RemoteSources {
  /** Absolute; absent where the file names none. */
  readonly data?: string
  readonly render?: RenderConfig
}

export interface ClusterConfig {
  readonly name: string
  readonly access: ClusterAccess
  /** `owner/name` or `owner/*`, in lower case. */
  readonly repositories: readonly string[]
  /** Allowed namespaces, `*` at the end matches any rest; empty means any. */
  readonly namespaces: readonly string[]
  /** In whose name the objects of targets are written; the first that fits counts. */
  readonly serviceAccounts: readonly ServiceAccountRule[]
}

export interface ServiceAccountRule {
  /** As `ClusterConfig.repositories`; absent: any. */
  readonly repository?: string
  readonly environment: string
  /** `namespace/name`. */
  readonly serviceAccount: string
}

export type ClusterAccess =
  | { readonly kind: 'inCluster' }
  /** `kubeconfig` is an absolute path; without `context` its current one is used. */
  | {
      readonly kind: 'kubeconfig'
      readonly kubeconfig: string
      readonly context?: string
      /** Its user may log in by a command. */
      readonly allowCommands?: true
    }

/** GitHub asks integrations to leave a gap between writes, and limits writes a minute and creations (comments, checks, ...) an hour. */
export interface WritePacing {
  readonly minimalGapMs: number
  readonly perMinute: number
  readonly creationsPerHour: number
}

/** What kustomize builds may take. */
export interface RenderConfig {
  /** Builds at once; without it the machine decides. */
  readonly workers?: number
  /** Memory of one build; without it the machine decides. */
  readonly memoryBytes?: number
  readonly deadlineMs: number
  /** Room for renders on disk; 0 keeps none. */
  readonly cacheBytes: number
}

export interface OperatorSecrets {
  readonly appId: number
  /** PEM. */
  readonly privateKey: Secret
  readonly webhookSecret: Secret
  /** Without it the queue lives in the process. */
  readonly redisUrl?: Secret
}

/** Whether the operator lets a repository (`owner/name`) use a cluster. */
export function mayUse(cluster: ClusterConfig, repository: string): boolean {
  return cluster.repositories.some((allowed) => fits(allowed, repository))
}

/** `namespace/name` of the ServiceAccount in whose name the objects of such a target are written; undefined: Lockstep's own. */
export function serviceAccountOf(
  { serviceAccounts }: ClusterConfig,
  repository: string,
  environment: string,
): string | undefined {
  const rule = serviceAccounts.find(
    (one) => one.environment === environment && (one.repository === undefined || fits(one.repository, repository)),
  )
  return rule?.serviceAccount
}

/** `pattern` is `owner/name` or `owner/*`, in lower case: GitHub does not tell capitals apart. */
function fits(pattern: string, repository: string): boolean {
  const name = repository.toLowerCase()
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}
