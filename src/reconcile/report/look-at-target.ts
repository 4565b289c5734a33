import { printTrack } from '../../config/print-track.ts'
import { LockstepError, type Problem } from '../../model/errors.ts'
import type { SyncState, TargetStatus } from '../../model/target-status.ts'
import { renderTarget } from '../desired/target-render.ts'
import { observeTarget } from '../drift/observe-target.ts'
import { healthRules } from '../health/custom-rules.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { failureProblems } from '../pass/failure.ts'
import { openSession, type Session, type TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'
import { type Newest, newestOf } from '../targets/newest-of.ts'
import { type InventoryReport, parseInventoryReport } from './inventory-report.ts'
import { unknownStatus } from './status-after.ts'

/** A target as its cluster has it, beside what Git wants of it. */
export interface SeenTarget {
  /** `Synced` only at the render that Git wants now; `problems` are those of now, then those of the last pass that had news. */
  readonly status: TargetStatus
  /** Commit that it should hold; absent where Git does not lead to one. */
  readonly desired?: string
  /** ISO 8601: when the last pass that had news ended. */
  readonly reportedAt?: string
}

interface Wanted {
  readonly newest?: Newest
  /** Of the newest render; absent where there is none. */
  readonly digest?: string
  readonly problems: readonly Problem[]
}

/** Reads Git and the cluster, and writes nothing. What cannot be read is told as a problem; only defects are thrown. */
export async function lookAtTarget(ports: ReconcilePorts, request: TargetRequest): Promise<SeenTarget> {
  const wanted = await wantedOf(ports, request)
  const { status, report } = await seenIn(ports, request, wanted)
  const { newest } = wanted
  const { track, suspend } = newest?.environment ?? {}
  return {
    status: {
      ...status,
      sync: syncWith(status, wanted),
      ...(track && { track: printTrack(track) }),
      ...(suspend && { suspended: true }),
      problems: [...status.problems, ...wanted.problems, ...reported(report)],
    },
    ...(newest && { desired: newest.revision }),
    ...(report && { reportedAt: report.at }),
  }
}

function syncWith({ sync, renderDigest }: TargetStatus, { digest }: Wanted): SyncState {
  const isNewest = digest !== undefined && renderDigest === digest
  return sync === 'Synced' && !isNewest ? 'OutOfSync' : sync
}

async function wantedOf(ports: ReconcilePorts, { repository, target, signal }: TargetRequest): Promise<Wanted> {
  let newest: Newest | undefined
  try {
    newest = await newestOf(await ports.source(repository), target)
    const { render } = await renderTarget(ports, newest.tree, target, signal, newest.config)
    return { newest, digest: render.digest, problems: [] }
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    return { ...(newest && { newest }), problems: error.problems }
  }
}

async function seenIn(
  ports: ReconcilePorts,
  request: TargetRequest,
  { newest }: Wanted,
): Promise<{ readonly status: TargetStatus; readonly report?: InventoryReport | undefined }> {
  try {
    const session = await openSession(ports, request)
    if (newest) useRules(session, newest)
    const { report } = await currentInventory(session)
    const { status } = await observeTarget(session, { readOnly: true })
    return { status, report: report === undefined ? undefined : parseInventoryReport(report) }
  } catch (error) {
    return { status: unknownStatus(request.target, undefined, failureProblems(error), ports.clock.now()) }
  }
}

/** The environment's own words about health, and about who is a person. */
function useRules({ view, ownership }: Session, { environment }: Newest): void {
  view.useHealth(ownership.target, healthRules(environment.health))
  view.usePeople(ownership.target, environment.drift.people ?? [])
}

function reported(report: InventoryReport | undefined): Problem[] {
  const remedy = 'Run `lockstep reconcile --dry-run` to see what it needs.'
  return (report?.problems ?? []).map((problem) => ({ ...problem, remedy }))
}
