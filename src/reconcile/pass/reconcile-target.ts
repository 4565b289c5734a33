import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Target } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { targetLabel } from '../labels.ts'
import type { ReconcilePorts } from '../ports.ts'
import { recordDeployment } from '../report/deployment.ts'
import { tellPass } from '../report/events/tell-events.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { type ReconcileReport, toReport } from '../report/report.ts'
import { statusAfter } from '../report/status-after.ts'
import { attempt } from './attempt.ts'
import { Pass } from './pass.ts'

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
  const view = await ports
    .cluster(target.cluster)
    .then((cluster) => ports.view?.(cluster))
    .catch(() => undefined)
  return view?.begin(targetLabel(repositoryName(repository), target)) ?? (() => undefined)
}

async function reconcile(ports: ReconcilePorts, request: ReconcileRequest): Promise<ReconcileReport> {
  const begun = ports.clock.now().getTime()
  const { repository, target } = request
  const previous = await knownStatus(ports, repository, target)
  const made = await attempt(ports, request, (session, prepared) => new Pass(session, prepared))
  request.signal.throwIfAborted()
  const status = await statusAfter(ports, target, made, previous)
  await publishStatus(ports, repository, status, previous, async () => made.prepared?.rendered.environment.drift)
  if (goesOn(made.outcome, status)) await ports.queue.add({ kind: 'reconcile', repository, target })
  await recordDeployment(ports, request, made, { status, previous })
  const events = await tellPass(ports, made, { status, previous })
  const requests = { ...made.requests, events: made.requests.events + events }
  return toReport({ ...made, requests }, status, ports.clock.now(), begun)
}

/** Another pass has something to do at once: a newer commit came, or everything came up between the last look and now. */
function goesOn({ code }: Outcome, { health }: TargetStatus): boolean {
  return code === 'SUPERSEDED' || (code === 'HEALTH_WAITS' && health === 'Healthy')
}
