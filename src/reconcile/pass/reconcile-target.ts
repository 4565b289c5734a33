import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Target } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { targetLabel } from '../labels.ts'
import type { ReconcilePorts } from '../ports.ts'
import { recordDeployment } from '../report/deployment.ts'
import { tellPass } from '../report/events/tell-events.ts'
import { withHealthTimes } from '../report/health-times.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { type ReconcileReport, toReport } from '../report/report.ts'
import { statusAfter } from '../report/status-after.ts'
import { waitOutcome } from '../targets/assignment.ts'
import { marksOf } from '../targets/marks.ts'
import { missedTurn } from '../targets/missed-turn.ts'
import { type Attempt, attempt, type Work } from './attempt.ts'
import { Idle } from './idle.ts'
import { Pass } from './pass.ts'
import type { Prepared } from './prepare.ts'
import type { Session } from './session.ts'

export interface ReconcileRequest {
  readonly repository: RepositoryRef
  readonly target: Target
  /** Take back drift even where the policy is to report it. */
  readonly heal?: boolean
  readonly signal: AbortSignal
}

/**
 * Brings a target's cluster to the newest commit and puts its status on the board. Repeating it changes nothing more. Throws only when
 * aborted or for a defect; what Git, the cluster or a rule says no to is in the Outcome.
 */
export async function reconcileTarget(ports: ReconcilePorts, request: ReconcileRequest): Promise<Outcome> {
  return (await reconcileWithReport(ports, request)).outcome
}

/** `reconcileTarget`, telling object by object what it did. Who watches the target looks at it again afterwards. */
export async function reconcileWithReport(ports: ReconcilePorts, request: ReconcileRequest): Promise<ReconcileReport> {
  const ended = await beginOn(ports, request)
  try {
    return await reconcile(ports, request)
  } finally {
    ended()
  }
}

/** Where the cluster cannot be opened the pass says so. */
async function beginOn(ports: ReconcilePorts, { repository, target }: ReconcileRequest): Promise<() => void> {
  const label = targetLabel(repositoryName(repository), target)
  const view = await ports
    .cluster(target.cluster)
    .then((cluster) => ports.view?.(cluster, label))
    .catch(() => undefined)
  return view?.begin(label) ?? (() => undefined)
}

async function reconcile(ports: ReconcilePorts, request: ReconcileRequest): Promise<ReconcileReport> {
  const begun = ports.clock.now().getTime()
  const { repository, target } = request
  const previous = await knownStatus(ports, repository, target)
  const begin = (session: Session, prepared: Prepared) => workOn(session, prepared, previous)
  const made = waited(await attempt(ports, request, begin))
  request.signal.throwIfAborted()
  const status = {
    ...withHealthTimes(await statusAfter(ports, target, made, previous), previous, { applied: changed(made) }),
    ...(made.prepared?.marks ?? marksOf(previous)),
  }
  await publishStatus(ports, repository, status, previous, async () => made.prepared?.rendered.environment.drift)
  const missed = await missedTurn(ports, repository, made.prepared?.judgedBy ?? [])
  const delayMs = missed ? 0 : goesOn(made.outcome, status)
  if (delayMs !== undefined) await ports.queue.add({ kind: 'reconcile', repository, target }, { delayMs })
  if (!made.prepared?.idle) await recordDeployment(ports, request, made, { status, previous })
  const events = await tellPass(ports, made, { status, previous })
  const requests = { ...made.requests, events: made.requests.events + events }
  return toReport({ ...made, requests }, status, ports.clock.now(), begun)
}

function workOn(session: Session, prepared: Prepared, previous: TargetStatus | undefined): Work {
  return prepared.idle ? new Idle(prepared.idle) : new Pass(session, prepared, previous?.progressingSince)
}

/** A pass that had nothing to complain about at a revision that is not the newest waits for its turn. */
function waited(made: Attempt): Attempt {
  const { prepared, outcome } = made
  const fine = outcome.decision === 'done' || outcome.decision === 'nothing'
  return prepared?.wait && fine ? { ...made, outcome: waitOutcome(prepared.wait) } : made
}

/** Something was written to its objects, so they begin anew to come up. */
function changed({ objects }: Attempt): boolean {
  return objects.some(({ verb }) => verb === 'created' || verb === 'configured')
}

/**
 * When another pass has something to do, in milliseconds: at once where a newer commit came or everything came up between the last look and
 * now, later where time alone changes something.
 */
function goesOn({ code, details }: Outcome, { health }: TargetStatus): number | undefined {
  if (code === 'SUPERSEDED' || code === 'OVERTAKEN' || (code === 'HEALTH_WAITS' && health === 'Healthy')) return 0
  return typeof details?.againInMs === 'number' ? details.againInMs : undefined
}
