import type { Problem } from './errors.ts'
import type { Target } from './target.ts'

/** Argo CD's words. */
export type SyncState = 'Synced' | 'OutOfSync' | 'Unknown'
export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown'

/** One field of one object whose live value is not what was applied. Values are printed and already masked. */
export interface DriftEntry {
  /** `Deployment/checkout`. */
  readonly object: string
  readonly namespace?: string
  /** `.spec.replicas`; empty when the whole object is missing or not ours any more. */
  readonly path: string
  readonly desired: string
  readonly live: string
  /** Field manager that wrote the live value, e.g. `kubectl-edit`. */
  readonly manager?: string
  /** ISO 8601. */
  readonly since: string
  readonly contended?: boolean
}

/** The newest commit's configuration cannot be read, so the repository's targets are held as the last one that can be says. */
export interface ConfigurationFault {
  readonly problems: readonly Problem[]
  /** ISO 8601: of the first commit that has one of these in a row; absent where that is not known, or not committed. */
  readonly since?: string
}

/** What the worker that holds the cluster last saw of a target. Older than a minute counts as unknown. */
export interface TargetStatus {
  readonly target: Target
  /** Commit of the default branch that was last applied in full; absent before the first. */
  readonly revision?: string
  /** `Render.digest` of that revision. */
  readonly renderDigest?: string
  readonly sync: SyncState
  readonly health: Health
  /** ISO 8601; set while `health` is Healthy, and again after each degradation. */
  readonly healthySince?: string
  /** ISO 8601; set while `health` is known and not Healthy: since it is not, as far as that is known. */
  readonly unhealthySince?: string
  /** ISO 8601; set while `health` is Progressing: since something was applied last, as far as that is known. */
  readonly progressingSince?: string
  readonly drift: readonly DriftEntry[]
  /** What it runs instead of the default branch, e.g. `tag v1.4.*`. */
  readonly track?: string
  /** The newest revision is kept back, and the last one stays: what has to come first, e.g. `wave prod-eu`. */
  readonly waitingFor?: string
  /** `targetId`s of those: a change of theirs may end the wait. */
  readonly waitsOn?: readonly string[]
  /** Nothing is applied or healed here. */
  readonly suspended?: boolean
  /** The last attempt's failure, or a prune that waits for confirmation. */
  readonly problems: readonly Problem[]
  /** Of its repository as a whole; the board adds it to every status. */
  readonly configurationFault?: ConfigurationFault
  /** ISO 8601. */
  readonly observedAt: string
}

/** Where workers put what they see and gates read it (Redis or memory). A hint: losing it makes facts unknown, never wrong. */
export interface StatusBoard {
  /** `repository` is `owner/name`. */
  put(repository: string, status: TargetStatus): Promise<void>
  get(repository: string, target: Target): Promise<TargetStatus | undefined>
  list(repository: string): Promise<TargetStatus[]>
  /** Those whose `waitsOn` names this target now. Costs by how many ever waited for it, not by how many targets there are. */
  waitingFor(repository: string, target: Target): Promise<Target[]>
  /** Why the repository's configuration cannot be read; undefined: it can be, as far as is known. */
  configurationFault(repository: string): Promise<ConfigurationFault | undefined>
  /** From now on all its statuses carry this. One write, however many they are. */
  putConfigurationFault(repository: string, fault: ConfigurationFault | undefined): Promise<void>
  /** What is held of these targets was still true at `observedAt` (ISO 8601). One write, however many they are. */
  touch(repository: string, targets: readonly Target[], observedAt: string): Promise<void>
}
