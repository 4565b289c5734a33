import type { MetricQuery } from '../model/monitoring.ts'
import type { VersionWatch } from './versions.ts'

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
  /** For environments that do not say their own, and those that are not declared any more. */
  readonly removal: Removal
  /** Field managers whose objects are taken over, besides the tools that are known; `*` at the end matches any rest. */
  readonly takeover?: readonly string[]
  /** Images whose registries are watched. */
  readonly versions?: readonly VersionWatch[]
}

export interface EnvironmentConfig {
  readonly name: string
  /** Operator's cluster names, at least one. */
  readonly clusters: readonly string[]
  readonly after: AfterRule
  readonly promote: 'auto' | 'manual'
  /** One promotion to the newest version, brought up to date, or one after the other for each version that upstream ran. */
  readonly promotions: 'latest' | 'every'
  readonly gates: GateConfig
  /** What a pull request meets that changes what runs here without being its promotion. */
  readonly changes: DirectChanges
  /** Absent: everybody with write access may command here. */
  readonly commands?: CommandsConfig
  readonly freeze: readonly FreezeWindow[]
  /** Allowed namespaces, `*` at the end matches any rest; empty means any. */
  readonly namespaces: readonly string[]
  readonly kinds?: KindsConfig
  readonly drift: DriftConfig
  /** What it runs instead of the default branch. */
  readonly track?: Track
  /** Nothing is applied, healed or pruned; drift is still seen. */
  readonly suspend: boolean
  /** All clusters, in the order in which a new render reaches them; empty: all at once. */
  readonly waves: readonly Wave[]
  readonly order: OrderConfig
  readonly health: HealthConfig
  readonly removal: Removal
}

/** `approvals`: those that a promotion needs, and no lock or freeze. */
export type DirectChanges = 'allow' | 'approvals' | 'refuse'

/** `tag` is a name in which `*` stands for any text; `commit` is a full id. */
export type Track = { readonly branch: string } | { readonly tag: string } | { readonly commit: string }

export interface Wave {
  readonly clusters: readonly string[]
  /** How long the waves before it must have been healthy. */
  readonly soakMs: number
}

/** By application: those of the same environment and cluster that come before it. */
export type OrderConfig = Readonly<Record<string, readonly string[]>>

/** `Deployment.apps`, `Secret` of the core, `*.example.com`, or `*` for all kinds that have a namespace. At least one of both. */
export interface KindsConfig {
  readonly allow?: readonly string[]
  /** Counts before `allow`. */
  readonly deny?: readonly string[]
}

/** What becomes of the objects of a target that left Git. */
export type Removal = 'orphan' | 'delete'

export interface HealthConfig {
  /** How long objects may take to become healthy. */
  readonly timeoutMs: number
  /** The first that names a kind judges it. */
  readonly rules: readonly HealthRuleConfig[]
}

/** Valid CEL; see health-expression.ts. */
export interface HealthRuleConfig {
  readonly kind: string
  /** Empty for the core kinds. */
  readonly group: string
  readonly degraded?: string
  readonly progressing?: string
  readonly healthy?: string
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
  /** Approvals by who asked for the promotion, or committed to its branch, do not count. */
  readonly fourEyes: boolean
  /** Names of checks and commit statuses that must be green on the head. */
  readonly checks: readonly string[]
  readonly metrics: readonly MetricConfig[]
}

export interface CommandsConfig {
  /** `org/team` names, at least one: who commands here must be a member of one of them, besides having write access. */
  readonly teams: readonly string[]
}

/** What monitoring must say. `{app}` and `{environment}` of the query are still to be filled in. */
export interface MetricConfig {
  readonly name: string
  readonly query: MetricQuery
  /** As `parseExpectation` reads it: `< 0.01`. */
  readonly expect: string
}

/** In an IANA zone: `Fri 16:00` to `Mon 08:00` each week, or `2026-12-20 18:00` to `2027-01-04 09:00` once. */
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
  /** Fields that are not Git's to decide once somebody else writes them. The environment's come after the global ones. */
  readonly ignore?: readonly IgnoreRule[]
  /** Field managers that are people, besides those known to be. */
  readonly people?: readonly string[]
}

/** At least one of `pointers` and `managers`. */
export interface IgnoreRule {
  /** `Deployment`, or `Deployment.apps`; absent for every kind. */
  readonly kind?: string
  /** Absent for every object of the kind. */
  readonly name?: string
  /** JSON pointers (RFC 6901), `*` for any one key or index. */
  readonly pointers?: readonly string[]
  /** Field managers whose writes are left alone. */
  readonly managers?: readonly string[]
}

export type CarryRule =
  | { readonly kind: 'images' | 'refs' | 'charts' }
  | { readonly kind: 'path'; readonly path: string; readonly apps?: readonly string[] }
  /** A field inside a patch: of a file, or of every patch for an object (`Deployment/checkout`). */
  | { readonly kind: 'patch'; readonly patch: string; readonly path: string; readonly apps?: readonly string[] }
  /** Names below the overlay; `*` and `**` match as in .gitignore, a directory stands for all in it. */
  | { readonly kind: 'files'; readonly files: readonly string[]; readonly apps?: readonly string[] }

/** Environments directly before this one. */
export function upstreamOf({ after }: Pick<EnvironmentConfig, 'after'>): readonly string[] {
  return namesIn(after)
}

export function namesIn(after: AfterRule): readonly string[] {
  if ('all' in after) return after.all
  return 'any' in after ? after.any : after.of
}
