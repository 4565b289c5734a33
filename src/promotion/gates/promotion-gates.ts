import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import type { PullRequest, Review } from '../../model/github.ts'
import { driftFingerprint } from '../../model/ignored-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { PromotionPorts } from '../ports.ts'
import { type PromotionBranch, parseBranchName } from '../pulls/branch-name.ts'
import { disagreeing } from '../pulls/disagreeing.ts'
import { reviewsOfResult } from '../pulls/same-result.ts'
import { environmentOf, readSnapshot, type Snapshot, upstreamFacts } from '../pulls/snapshot.ts'
import { ruleFor } from '../pulls/upstream-rule.ts'
import { approvalFacts } from './approval-facts.ts'
import type { GateFacts, UpstreamFact } from './facts.ts'
import { decideGates } from './gates.ts'
import { ignoredIn } from './ignored-drift.ts'
import { knownFact } from './known-fact.ts'
import { metricFacts } from './metric-facts.ts'
import { planFacts } from './plan-facts.ts'
import { blocked } from './verdict.ts'

/**
 * Every gate of a promotion or rollback pull request, passed ones too, but for drift: that is judged on every pull request, so the
 * one who asks has it already. Nothing for other pull requests.
 */
export async function promotionGateReasons(ports: PromotionPorts, pull: PullRequest): Promise<GateReason[]> {
  if (!promotionOf(ports, pull)) return []
  const snapshot = await readSnapshot(ports)
  if (!snapshot) return [blocked('NOT_CONFIGURED', 'The default branch has no .lockstep.yaml any more.')]
  const reasons = await gateReasons(ports, snapshot, pull, false)
  return reasons.filter(({ code }) => code !== 'DRIFT_NONE')
}

/** The promotion that a pull request is: opened by the App, from its own branch in this repository. */
export function promotionOf({ app }: Pick<PromotionPorts, 'app'>, pull: PullRequest): PromotionBranch | undefined {
  if (pull.author.login !== app || pull.head.fork) return undefined
  return parseBranchName(pull.head.ref)
}

/** Every gate, drift too, from a snapshot that is at hand. */
export async function gateReasons(
  ports: PromotionPorts,
  snapshot: Snapshot,
  pull: PullRequest,
  withDrift = true,
): Promise<GateReason[]> {
  const branch = promotionOf(ports, pull)
  if (!branch) return []
  const environment = environmentOf(snapshot, branch.environment)
  if (!environment) return [blocked('UNKNOWN_ENVIRONMENT', `There is no environment ${branch.environment} any more.`)]
  const facts = await gateFacts(ports, snapshot, pull, branch, environment)
  return decideGates(withDrift ? facts : { ...facts, targets: [] })
}

async function gateFacts(
  ports: PromotionPorts,
  snapshot: Snapshot,
  pull: PullRequest,
  branch: PromotionBranch,
  environment: EnvironmentConfig,
): Promise<GateFacts> {
  const { application } = branch
  const { checks, isPublic } = checkedFacts(ports, pull, environment)
  const record = snapshot.state?.ledger.get(String(pull.number))
  const isRollback = branch.kind === 'rollback'
  const currentReviews = (reviews: readonly Review[]) =>
    reviewsOfResult(ports, snapshot, branch, pull.head.sha, reviews)
  const [upstream, plan, approval, metrics, head] = await Promise.all([
    isRollback ? [] : gateUpstream(ports, snapshot, pull, { application, environment }),
    planFacts(ports, snapshot, pull, branch),
    approvalFacts(ports, pull, environment, record?.requestedBy),
    isRollback ? new Map() : metricFacts(ports.monitoring, environment, application),
    knownFact(() => ports.mirror.commit(pull.head.sha)),
  ])
  return {
    now: snapshot.now,
    kind: isRollback ? 'rollback' : 'promotion',
    application,
    environment: { ...environment, after: ruleFor(snapshot, application, environment) },
    pullRequest: pull.number,
    headSha: pull.head.sha,
    ...(head && { headSince: head.committedAt }),
    upstream,
    approval: approval && { ...approval, reviews: await currentReviews(approval.reviews) },
    checks: await checks,
    metrics,
    state: snapshot.state,
    ...(snapshot.stateFault && { stateFault: snapshot.stateFault }),
    targets: snapshot
      .targets(application, environment.name)
      .map(({ target, status }) => ({ target, status: status && withoutIgnored(ports, snapshot, status) })),
    hideLive: (await isPublic) ?? true,
    plan,
  }
}

/** Upstream as the gate of a promotion judges it: with what its environments ask of drift, and which of them would promote something else. */
export async function gateUpstream(
  ports: Pick<PromotionPorts, 'fingerprint'>,
  snapshot: Snapshot,
  { number }: Pick<PullRequest, 'number'>,
  { application, environment }: { readonly application: string; readonly environment: EnvironmentConfig },
): Promise<UpstreamFact[]> {
  const record = snapshot.state?.ledger.get(String(number))
  // What an environment runs now says nothing about a version it ran before.
  const from = record && !record.source ? record.from : ''
  const others = await disagreeing(snapshot, application, environment, from)
  const facts = await upstreamFacts(snapshot, application, environment)
  return facts.map((fact) => {
    const drift = environmentOf(snapshot, fact.target.environment)?.drift
    const status = fact.status && withoutIgnored(ports, snapshot, fact.status)
    const differs = others.has(fact.target.environment)
    return { ...fact, status, ...(drift && { drift }), ...(differs && { differs }) }
  })
}

/** What only some environments ask GitHub for. */
function checkedFacts({ repository }: PromotionPorts, { head }: PullRequest, { gates }: EnvironmentConfig) {
  return {
    checks: gates.checks.length > 0 ? knownFact(() => repository.checks.reported(head.sha)) : Promise.resolve([]),
    isPublic: knownFact(() => repository.isPublic()),
  }
}

/** Drift that somebody asked to ignore for now holds nothing back, nor what differs where everything is suspended. */
function withoutIgnored(
  { fingerprint }: Pick<PromotionPorts, 'fingerprint'>,
  { state, now }: Snapshot,
  status: TargetStatus,
): TargetStatus {
  const standing = state ? ignoredIn(state).filter(({ until }) => Date.parse(until) > now.getTime()) : []
  const ids = new Set(standing.map(({ id }) => id))
  const { target, drift, suspended } = status
  if (suspended) return { ...status, drift: [] }
  return { ...status, drift: drift.filter((entry) => !ids.has(driftFingerprint(target, entry, fingerprint))) }
}
