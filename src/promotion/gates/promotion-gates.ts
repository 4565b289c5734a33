import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { GateReason } from '../../model/gate.ts'
import type { PullRequest, Review } from '../../model/github.ts'
import { driftFingerprint } from '../../model/ignored-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import type { PromotionPorts } from '../ports.ts'
import { type PromotionBranch, parseBranchName } from '../pulls/branch-name.ts'
import { environmentOf, readSnapshot, type Snapshot, upstreamFacts } from '../pulls/snapshot.ts'
import { decideGates, type GateFacts } from './gates.ts'
import { ignoredIn } from './ignore-drift.ts'
import { mergesExactly, postedTrailers, recomputePlan } from './posted-plan.ts'

/**
 * Every gate of a promotion or rollback pull request, passed ones too, but for drift: that is judged on every pull request, so the
 * one who asks has it already. Nothing for other pull requests.
 */
export async function promotionGateReasons(ports: PromotionPorts, pull: PullRequest): Promise<GateReason[]> {
  if (!promotionOf(ports, pull)) return []
  const snapshot = await readSnapshot(ports)
  const reasons = snapshot ? await gateReasons(ports, snapshot, pull, false) : []
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
  const environment = branch && environmentOf(snapshot, branch.environment)
  if (!branch || !environment) return []
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
  const record = snapshot.state?.ledger.get(String(pull.number))
  const [upstream, plan, approval] = await Promise.all([
    upstreamFacts(snapshot, application, environment),
    planFacts(ports, snapshot, pull, branch),
    approvalFacts(ports, pull, environment, record?.requestedBy),
  ])
  return {
    now: snapshot.now,
    kind: branch.kind === 'rollback' ? 'rollback' : 'promotion',
    application,
    environment,
    pullRequest: pull.number,
    headSha: pull.head.sha,
    upstream,
    ...approval,
    state: snapshot.state,
    targets: snapshot
      .targets(application, environment.name)
      .map(({ target, status }) => ({ target, status: status && withoutIgnored(ports, snapshot, status) })),
    hideLive: await ports.repository.isPublic(),
    plan,
  }
}

/** Drift that somebody asked to ignore for now holds nothing back, nor what differs where everything is suspended. */
function withoutIgnored({ fingerprint }: PromotionPorts, { state, now }: Snapshot, status: TargetStatus): TargetStatus {
  const standing = state ? ignoredIn(state).filter(({ until }) => Date.parse(until) > now.getTime()) : []
  const ids = new Set(standing.map(({ id }) => id))
  const { target, drift, suspended } = status
  if (suspended) return { ...status, drift: [] }
  return { ...status, drift: drift.filter((entry) => !ids.has(driftFingerprint(target, entry, fingerprint))) }
}

/** What the ledger says was posted binds; until it has a record, what the commit says. */
async function planFacts(
  { mirror }: PromotionPorts,
  snapshot: Snapshot,
  pull: PullRequest,
  branch: PromotionBranch,
): Promise<GateFacts['plan']> {
  const trailers = await postedTrailers(mirror, snapshot, pull.head.sha, branch)
  const record = snapshot.state?.ledger.get(String(pull.number))
  const plan = trailers && (await recomputePlan(mirror, snapshot, trailers))
  return {
    posted: record?.planHash ?? trailers?.planHash,
    recomputed: plan?.planHash,
    exact: plan !== undefined && (await mergesExactly(mirror, snapshot, pull.head.sha, plan)),
  }
}

type Approval = Pick<GateFacts, 'reviews' | 'reviewers' | 'teams'>

/** Reviews are only read where somebody has to approve, or may have asked for changes. */
async function approvalFacts(
  { repository }: PromotionPorts,
  pull: PullRequest,
  { gates }: EnvironmentConfig,
  requestedBy: string | undefined,
): Promise<Approval> {
  const reviews = await repository.pulls.reviews(pull.number)
  const logins = distinctLogins(reviews).filter((login) => login !== pull.author.login && login !== requestedBy)
  const rights = await Promise.all(logins.map((login) => repository.people.permission(login)))
  const reviewers = new Set(logins.filter((_, i) => rights[i] === 'admin' || rights[i] === 'write'))
  const teams = new Map<string, ReadonlySet<string>>()
  for (const team of gates.teams) {
    const members = await Promise.all([...reviewers].map((login) => repository.people.isTeamMember(team, login)))
    teams.set(team, new Set([...reviewers].filter((_, i) => members[i])))
  }
  return { reviews, reviewers, teams }
}

function distinctLogins(reviews: readonly Review[]): string[] {
  return [...new Set(reviews.filter(({ author }) => !author.bot).map(({ author }) => author.login))]
}
