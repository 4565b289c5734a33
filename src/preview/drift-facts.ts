import { targetsOf } from '../config/layout.ts'
import { printTrack } from '../config/print-track.ts'
import type { EnvironmentConfig, RepositoryConfig } from '../config/repository-config.ts'
import { driftFingerprint, type Fingerprint, type IgnoredDrift } from '../model/ignored-drift.ts'
import { type Overlay, type Target, targetId } from '../model/target.ts'
import { isFresh, knownDrift, type TargetDrift } from '../model/target-drift.ts'
import type { TargetStatus } from '../model/target-status.ts'
import { type Standing, standingOf } from './standing.ts'

/** Everything is looked at again at least this often. */
export const SWEEP_MS = 5 * 60_000

export interface DriftFinding extends TargetDrift {
  /** `driftFingerprint`. */
  readonly id: string
  /** It is older than `blockAfter`, contended, or nobody heals it by itself; and nobody asked to ignore it. */
  readonly lasting: boolean
  /** ISO 8601: when it becomes lasting by its age, or by the end of being ignored. */
  readonly lastingAt: string
  readonly ignored?: IgnoredDrift
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
  readonly standing: readonly Standing[]
}

export interface DriftQuestion {
  readonly config: RepositoryConfig
  /** Overlays of the base branch: what should be running. */
  readonly deployed: readonly Overlay[]
  /** Overlays the pull request changes. */
  readonly touched: readonly Overlay[]
  readonly statuses: readonly TargetStatus[]
  readonly fingerprint: Fingerprint
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

/** The same facts, knowing what somebody asked to ignore; that is over at its end, and only for exactly that drift. */
export function withIgnored(
  facts: readonly EnvironmentDrift[],
  ignored: readonly IgnoredDrift[],
  now: Date,
): EnvironmentDrift[] {
  const standing = ignored.filter(({ until }) => Date.parse(until) > now.getTime())
  const byId = new Map(standing.map((each) => [each.id, each]))
  return facts.map((environment) => ({
    ...environment,
    findings: environment.findings.map((finding) => ignoring(finding, byId.get(finding.id))),
  }))
}

function ignoring(finding: DriftFinding, ignored: IgnoredDrift | undefined): DriftFinding {
  if (!ignored) return finding
  const lastingAt = finding.lastingAt > ignored.until ? finding.lastingAt : ignored.until
  return { ...finding, ignored, lasting: false, lastingAt }
}

function environmentDrift(environment: EnvironmentConfig, question: DriftQuestion): EnvironmentDrift {
  const { name, drift } = environment
  const own = question.statuses.filter(({ target }) => target.environment === name)
  const fresh = own.filter((status) => isFresh(status, question.now))
  const suspended = environment.suspend || fresh.some((status) => status.suspended)
  return {
    environment: name,
    policy: drift.policy,
    blocks: drift.pullRequests === 'block',
    findings: suspended
      ? []
      : knownDrift(fresh, name, question.now).map((found) => toFinding(found, environment, question)),
    standing: standingOf(fresh, suspended, environment.track && printTrack(environment.track)),
    unknown: expectedTargets(name, question).filter((target) => !isKnown(target, question)),
  }
}

function toFinding(found: TargetDrift, { drift }: EnvironmentConfig, question: DriftQuestion): DriftFinding {
  const { target, entry } = found
  const lastingAt = Date.parse(entry.since) + drift.blockAfterMs
  const lasting = drift.policy === 'report' || entry.contended === true || question.now.getTime() >= lastingAt
  const id = driftFingerprint(target, entry, question.fingerprint)
  return { ...found, id, lasting, lastingAt: new Date(lastingAt).toISOString() }
}

/** How long until some drift that does not hold pull requests back yet would; undefined where there is none, or a sweep is sooner. */
export function lastingInMs(drift: readonly EnvironmentDrift[], now: Date): number | undefined {
  const pending = drift.filter(({ blocks }) => blocks).flatMap(({ findings }) => findings.filter((one) => !one.lasting))
  if (pending.length === 0) return undefined
  const wait = Math.max(0, Math.min(...pending.map(({ lastingAt }) => Date.parse(lastingAt))) - now.getTime())
  return wait <= SWEEP_MS ? wait : undefined
}

function expectedTargets(environment: string, { config, deployed, touched }: DriftQuestion): Target[] {
  const paths = new Set(touched.map((overlay) => overlay.path))
  return targetsOf(config, deployed)
    .filter(({ overlay }) => overlay.environment === environment && paths.has(overlay.path))
    .map(({ target }) => target)
}

function isKnown(target: Target, { statuses, now }: DriftQuestion): boolean {
  const own = statuses.filter((status) => targetId(status.target) === targetId(target))
  return own.some((status) => isFresh(status, now) && status.sync !== 'Unknown')
}
