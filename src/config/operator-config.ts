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
  /** Absolute directory of mirrors and caches; can be emptied at any time. */
  readonly data: string
  readonly clusters: readonly ClusterConfig[]
  readonly writes: WritePacing
  readonly render: RenderConfig
  /** Namespace of each cluster that holds what Lockstep remembers there. */
  readonly inventoryNamespace: string
  /** Whether what happens to objects is told as Kubernetes Events. */
  readonly events: boolean
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
}

export type ClusterAccess =
  | { readonly kind: 'inCluster' }
  /** `kubeconfig` is an absolute path; without `context` its current one is used. */
  | { readonly kind: 'kubeconfig'; readonly kubeconfig: string; readonly context?: string }

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

/** Whether the operator lets a repository (`owner/name`) use a cluster. GitHub does not tell capitals apart. */
export function mayUse(cluster: ClusterConfig, repository: string): boolean {
  const name = repository.toLowerCase()
  return cluster.repositories.some((allowed) =>
    allowed.endsWith('/*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
  )
}
