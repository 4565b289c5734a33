import type { AfterRule, EnvironmentConfig } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import type { Review } from '../../model/github.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { DriftEntry, TargetStatus } from '../../model/target-status.ts'
import type { Reason } from '../reasons.ts'
import { activeLock, type PromotionState } from '../state/state.ts'
import { openFreeze } from './freeze.ts'

/** Cluster facts older than this are unknown. */
export const FRESH_MS = 60_000

/** One upstream target: the render that would be promoted, and what its worker last saw. */
export interface UpstreamFact {
  readonly target: Target
  /** Digest of its overlay's render on the default branch; undefined when it cannot be rendered. */
  readonly renderDigest: string | undefined
  readonly status: TargetStatus | undefined
}

export interface GateFacts {
  readonly now: Date
  readonly kind: 'promotion' | 'rollback'
  readonly application: string
  readonly environment: EnvironmentConfig
  readonly pullRequest: number
  readonly headSha: string
  readonly upstream: readonly UpstreamFact[]
  readonly reviews: readonly Review[]
  /** Logins whose review counts: people with write access, without the one who asked for the promotion. */
  readonly reviewers: ReadonlySet<string>
  /** Logins of `reviewers` by the team that has to approve. */
  readonly teams: ReadonlyMap<string, ReadonlySet<string>>
  /** Undefined when the branch cannot be read. */
  readonly state: PromotionState | undefined
  /** Status of this application's targets in the environment promoted to; undefined where none was reported. */
  readonly targets: readonly { readonly target: Target; readonly status: TargetStatus | undefined }[]
  /** Live values must not be shown: the repository is public. */
  readonly hideLive: boolean
  readonly plan: {
    readonly posted: string | undefined
    readonly recomputed: string | undefined
    /** True when merging the head would change exactly the plan's files. */
    readonly exact: boolean
  }
}

/** Every gate of a promotion, passed ones too. A rollback does not wait for upstream, soak, freezes or drift: it is the way back. */
export function decideGates(facts: GateFacts): GateReason[] {
  const isRollback = facts.kind === 'rollback'
  const reasons = [
    ...(isRollback ? [] : [upstreamGate(facts), soakGate(facts), freezeGate(facts), ...driftGate(facts)]),
    ...approvalGates(facts),
    ...stateGates(facts),
    planGate(facts),
  ]
  return reasons.map((reason) => ({ environment: facts.environment.name, application: facts.application, ...reason }))
}

type Verdict = Omit<GateReason, 'code'> & { readonly code: Reason }

function passed(code: Reason, message: string): Verdict {
  return { code, verdict: 'passed', message }
}

/** What one upstream target says about being promoted from; undefined when it is healthy at exactly this render. */
export function upstreamFault({ target, renderDigest, status }: UpstreamFact, now: Date): Verdict | undefined {
  const name = targetId(target)
  const fault = (code: Reason, verdict: 'waits' | 'blocked', message: string) => ({ code, verdict, message })
  if (!status || !isFresh(status, now))
    return fault('FACTS_UNKNOWN', 'blocked', `Nothing newer than a minute is known about ${name}.`)
  if (renderDigest === undefined || status.renderDigest !== renderDigest)
    return fault('UPSTREAM_NOT_APPLIED', 'waits', `${name} does not run the render that would be promoted yet.`)
  if (status.health !== 'Healthy') return fault('UPSTREAM_NOT_HEALTHY', 'waits', `${name} is ${status.health}.`)
  return undefined
}

/** Environments among the upstream ones all of whose targets are healthy at the render promoted. */
export function healthyEnvironments(upstream: readonly UpstreamFact[], now: Date): string[] {
  const byEnvironment = Map.groupBy(upstream, ({ target }) => target.environment)
  return [...byEnvironment]
    .filter(([, facts]) => facts.every((fact) => !upstreamFault(fact, now)))
    .map(([name]) => name)
}

/** True when these environments are enough for the rule. */
export function satisfies(after: AfterRule, environments: readonly string[]): boolean {
  const has = (name: string) => environments.includes(name)
  if ('all' in after) return after.all.every(has)
  return 'any' in after ? after.any.some(has) : after.of.filter(has).length >= after.atLeast
}

function upstreamGate({ upstream, environment, now }: GateFacts): Verdict {
  if (satisfies(environment.after, healthyEnvironments(upstream, now)))
    return passed('UPSTREAM_HEALTHY', 'Upstream runs exactly this render and is healthy.')
  const faults = upstream.flatMap((fact) => upstreamFault(fact, now) ?? [])
  const worst = faults.find(({ verdict }) => verdict === 'blocked') ?? faults[0]
  return worst ?? { code: 'FACTS_UNKNOWN', verdict: 'blocked', message: 'No upstream target is known.' }
}

/** The clock starts when the last needed environment became healthy, and again after each degradation. */
function soakGate({ upstream, environment, now }: GateFacts): Verdict {
  const { soakMs } = environment.gates
  if (soakMs === 0) return passed('SOAK_PASSED', 'No soak time is asked for.')
  const healthy = healthyEnvironments(upstream, now)
  const soakedBy = (name: string) => {
    const own = upstream.filter(({ target }) => target.environment === name)
    return (
      Math.max(...own.map(({ status }) => Date.parse(status?.healthySince ?? '') || Number.POSITIVE_INFINITY)) + soakMs
    )
  }
  const soaked = healthy.filter((name) => soakedBy(name) <= now.getTime())
  if (satisfies(environment.after, soaked)) return passed('SOAK_PASSED', 'Upstream has been healthy long enough.')
  const ends = healthy.map(soakedBy).filter((end) => Number.isFinite(end) && end > now.getTime())
  const opensAt = ends.length > 0 ? { opensAt: new Date(Math.max(...ends)).toISOString() } : {}
  return {
    code: 'SOAK_WAITS',
    verdict: 'waits',
    message: `Upstream must be healthy for ${minutes(soakMs)}.`,
    ...opensAt,
  }
}

function minutes(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`
}

function freezeGate({ environment, now }: GateFacts): Verdict {
  const open = openFreeze(environment.freeze, now)
  if (!open) return passed('FREEZE_OPEN', 'No freeze window is open.')
  const { window, opensAt } = open
  const message = `${environment.name} is frozen from ${window.from} to ${window.to} (${window.timezone}): ${window.reason}.`
  return { code: 'FROZEN', verdict: 'waits', message, opensAt: opensAt.toISOString() }
}

function driftGate({ environment, targets, now, hideLive }: GateFacts): Verdict[] {
  const { drift } = environment
  if (drift.pullRequests === 'warn') return [passed('DRIFT_NONE', 'Drift does not block here.')]
  const unblock = `/heal ${environment.name}`
  const entries = targets.flatMap(({ status }) => (status && isFresh(status, now) ? status.drift : []))
  const blocking = entries.filter((entry) => driftBlocks(entry, environment, now))
  const unknown = targets.filter(({ status }) => !status || !isFresh(status, now))
  const reasons = [
    ...blocking.map(
      (entry): Verdict => ({
        code: 'DRIFT_BLOCKS',
        verdict: 'blocked',
        message: driftSentence(entry, hideLive),
        since: entry.since,
        unblock,
      }),
    ),
    ...unknown.map(
      ({ target }): Verdict => ({
        code: 'FACTS_UNKNOWN',
        verdict: 'blocked',
        message: `Nothing newer than a minute is known about ${targetId(target)}.`,
      }),
    ),
  ]
  return reasons.length > 0 ? reasons : [passed('DRIFT_NONE', 'Live objects are as applied.')]
}

function driftBlocks(entry: DriftEntry, { drift }: EnvironmentConfig, now: Date): boolean {
  const age = now.getTime() - Date.parse(entry.since)
  return drift.policy === 'report' || entry.contended === true || !(age <= drift.blockAfterMs)
}

function driftSentence({ object, path, desired, live, manager }: DriftEntry, hideLive: boolean): string {
  if (hideLive) return 'A live object is not as it was applied.'
  const by = manager ? `, written by ${manager}` : ''
  return path ? `${object}${path} is ${live} and should be ${desired}${by}.` : `${object} is ${live}${by}.`
}

/** Each reviewer's last word on this commit counts; comments are no word. */
function approvalGates({ environment, reviews, reviewers, teams, headSha }: GateFacts): Verdict[] {
  const last = new Map<string, Review>()
  for (const review of reviews.toSorted((a, b) => Date.parse(a.submittedAt) - Date.parse(b.submittedAt))) {
    const says = review.state !== 'COMMENTED' && review.state !== 'PENDING'
    if (says && !review.author.bot && reviewers.has(review.author.login)) last.set(review.author.login, review)
  }
  const refusing = [...last.values()].find(({ state }) => state === 'CHANGES_REQUESTED')
  const approving = [...last.values()].filter(({ state, commit }) => state === 'APPROVED' && commit === headSha)
  const approvers = approving.map(({ author }) => author.login)
  const missing = environment.gates.approvals - approvers.length
  const silent = environment.gates.teams.filter((team) => !approvers.some((login) => teams.get(team)?.has(login)))
  return [
    ...(refusing ? [waits('CHANGES_REQUESTED', `${refusing.author.login} asked for changes.`)] : []),
    missing > 0
      ? waits('APPROVALS_WAIT', `${missing} more approving review${missing > 1 ? 's' : ''} of this commit needed.`)
      : passed('APPROVALS_PASSED', `${approvers.length} of ${environment.gates.approvals} approvals.`),
    ...silent.map((team) => waits('TEAM_WAITS', `An approval by a member of ${team} is needed.`)),
    ...(environment.gates.teams.length > 0 && silent.length === 0
      ? [passed('TEAMS_PASSED', 'Every team that has to approve did.')]
      : []),
  ]
}

function waits(code: Reason, message: string): Verdict {
  return { code, verdict: 'waits', message }
}

function stateGates({ state, environment, pullRequest, now }: GateFacts): Verdict[] {
  if (!state) return [{ code: 'STATE_UNKNOWN', verdict: 'blocked', message: 'Locks and holds cannot be read.' }]
  const hold = state.holds.get(String(pullRequest))
  const lock = activeLock(state, environment.name, now)
  return [
    hold
      ? { ...waits('HELD', `Held by ${hold.by}${because(hold.reason)}.`), since: hold.at, unblock: '/unhold' }
      : passed('NO_HOLD', 'Nobody holds this pull request.'),
    lock
      ? {
          ...waits('LOCKED', `${lock.environment} is locked by ${lock.by}${because(lock.reason)}.`),
          since: lock.at,
          ...(lock.until && { opensAt: lock.until }),
          unblock: `/unlock ${lock.environment}`,
        }
      : passed('NO_LOCK', `${environment.name} is not locked.`),
  ]
}

function because(reason: string | undefined): string {
  return reason ? `: ${reason}` : ''
}

function planGate({ plan }: GateFacts): Verdict {
  if (plan.posted === undefined || plan.recomputed !== plan.posted)
    return waits('PLAN_STALE', 'The plan has changed since it was posted.')
  if (!plan.exact)
    return { code: 'PLAN_EDITED', verdict: 'blocked', message: 'The merge would change more or less than the plan.' }
  return passed('PLAN_BOUND', 'The merge does exactly what was posted.')
}

export function isFresh(status: TargetStatus, now: Date): boolean {
  const age = now.getTime() - Date.parse(status.observedAt)
  return age <= FRESH_MS
}
