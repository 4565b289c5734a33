/** `.lockstep.yaml` after parsing, every default filled in. Documented in docs/reference/repository-config.md. */
export interface RepositoryConfig {
  readonly version: 1
  /** Path templates with `{app}`, `{environment}` and, where clusters differ, `{cluster}`; the first match wins. */
  readonly overlays: readonly string[]
  /** Name of the one application, when no template has `{app}`. */
  readonly application?: string
  readonly environments: readonly EnvironmentConfig[]
  readonly carry: readonly CarryRule[]
  readonly keep: readonly string[]
  readonly drift: DriftConfig
  readonly prune: { readonly limit: number }
}

export interface EnvironmentConfig {
  readonly name: string
  /** Operator's cluster names, at least one. */
  readonly clusters: readonly string[]
  readonly after: AfterRule
  readonly promote: 'auto' | 'manual'
  readonly gates: GateConfig
  readonly freeze: readonly FreezeWindow[]
  /** Allowed namespaces, `*` at the end matches any rest; empty means any. */
  readonly namespaces: readonly string[]
  readonly drift: DriftConfig
}

/** `{ all: [] }` marks a first environment. */
export type AfterRule =
  | { readonly all: readonly string[] }
  | { readonly any: readonly string[] }
  | { readonly atLeast: number; readonly of: readonly string[] }

export interface GateConfig {
  readonly soakMs: number
  readonly approvals: number
  /** `org/team` names; at least one approval must come from each. */
  readonly teams: readonly string[]
}

/** A weekly window: `Fri 16:00` to `Mon 08:00` in an IANA zone. */
export interface FreezeWindow {
  readonly from: string
  readonly to: string
  readonly timezone: string
  readonly reason: string
}

export interface DriftConfig {
  readonly policy: 'heal' | 'report'
  readonly pullRequests: 'block' | 'warn'
  readonly blockAfterMs: number
}

export type CarryRule =
  | { readonly kind: 'images' | 'refs' | 'charts' }
  | { readonly kind: 'path'; readonly path: string; readonly apps?: readonly string[] }
  | { readonly kind: 'files'; readonly files: readonly string[]; readonly apps?: readonly string[] }

/** Environments directly before this one. */
export function upstreamOf(environment: EnvironmentConfig): readonly string[] {
  const { after } = environment
  if ('all' in after) return after.all
  return 'any' in after ? after.any : after.of
}
