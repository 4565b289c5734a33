import { targetsOf } from '../config/layout.ts'
import type { EnvironmentConfig, RepositoryConfig } from '../config/repository-config.ts'
import { type Overlay, type Target, targetId } from '../model/target.ts'
import type { DriftEntry, TargetStatus } from '../model/target-status.ts'

/** Facts older than this are unknown. */
const FRESH_MS = 60_000

export interface DriftFinding {
  readonly target: Target
  readonly entry: DriftEntry
  /** It is older than `blockAfter`, contended, or nobody heals it by itself. */
  readonly lasting: boolean
  /** ISO 8601: when it becomes lasting by its age. */
  readonly lastingAt: string
}

/** What is known of the live objects of one environment that a pull request touches. */
export interface EnvironmentDrift {
  readonly environment: string
  readonly policy: 'heal' | 'report'
  /** Whether lasting drift holds pull requests back here. */
  readonly blocks: boolean
  readonly findings: readonly DriftFinding[]
  /** Targets this pull request changes that should have facts and have none fresh enough. */
  readonly unknown: readonly Target[]
}

export interface DriftQuestion {
  readonly config: RepositoryConfig
  /** Overlays of the base branch: what should be running. */
  readonly deployed: readonly Overlay[]
  /** Overlays the pull request changes. */
  readonly touched: readonly Overlay[]
  readonly statuses: readonly TargetStatus[]
  readonly now: Date
}

/**
 * Drift anywhere in an environment counts for a pull request that touches it; facts are asked for only of the targets that
 * it changes and that the base branch already has. A target never applied has no drift.
 */
export function driftFacts(question: DriftQuestion): EnvironmentDrift[] {
  const touched = new Set(question.touched.map((overlay) => overlay.environment))
  return question.config.environments
    .filter((environment) => touched.has(environment.name))
    .map((environment) => environmentDrift(environment, question))
}

function environmentDrift(environment: EnvironmentConfig, question: DriftQuestion): EnvironmentDrift {
  const { policy, pullRequests } = environment.drift
  const fresh = question.statuses
    .filter(({ target }) => target.environment === environment.name)
    .filter((status) => isFresh(status, question.now))
  return {
    environment: environment.name,
    policy,
    blocks: pullRequests === 'block',
    findings: fresh
      .filter((status) => status.revision !== undefined)
      .flatMap((status) => findings(status, environment, question.now)),
    unknown: expectedTargets(environment.name, question).filter((target) => !isKnown(target, fresh)),
  }
}

function findings(status: TargetStatus, environment: EnvironmentConfig, now: Date): DriftFinding[] {
  const { policy, blockAfterMs } = environment.drift
  return status.drift.map((entry) => {
    const lastingAt = Date.parse(entry.since) + blockAfterMs
    const lasting = policy === 'report' || entry.contended === true || now.getTime() >= lastingAt
    return { target: status.target, entry, lasting, lastingAt: new Date(lastingAt).toISOString() }
  })
}

/** How long until some drift that does not hold pull requests yet would; undefined where there is none. */
export function lastingInMs(drift: readonly EnvironmentDrift[], now: Date): number | undefined {
  const pending = drift.filter(({ blocks }) => blocks).flatMap(({ findings }) => findings.filter((one) => !one.lasting))
  if (pending.length === 0) return undefined
  return Math.max(0, Math.min(...pending.map(({ lastingAt }) => Date.parse(lastingAt))) - now.getTime())
}

function expectedTargets(environment: string, { config, deployed, touched }: DriftQuestion): Target[] {
  const paths = new Set(touched.map((overlay) => overlay.path))
  return targetsOf(config, deployed)
    .filter(({ overlay }) => overlay.environment === environment && paths.has(overlay.path))
    .map(({ target }) => target)
}

function isKnown(target: Target, fresh: readonly TargetStatus[]): boolean {
  return fresh.some((status) => targetId(status.target) === targetId(target) && status.sync !== 'Unknown')
}

function isFresh(status: TargetStatus, now: Date): boolean {
  return now.getTime() - Date.parse(status.observedAt) <= FRESH_MS
}
