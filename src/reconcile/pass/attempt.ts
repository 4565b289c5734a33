import { NO_REQUESTS, type RequestCounts } from '../../model/cluster.ts'
import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { FoundDrift } from '../drift/drift.ts'
import type { InventoryRequests } from '../inventory/write-inventory.ts'
import type { ReconcilePorts } from '../ports.ts'
import type { ObjectReport } from '../report/object-report.ts'
import { failureOutcome, failureProblems, summary } from './failure.ts'
import { type Prepared, prepare } from './prepare.ts'
import { openSession, type Session, type TargetRequest } from './session.ts'

/** What was asked of the cluster for a target: what keeps the cluster ours is not part of it. */
export type ReportedRequests = Omit<RequestCounts, 'lease'> & { readonly inventory: number }

/** What came of working on a target, however far it got. */
export interface Attempt {
  readonly outcome: Outcome
  readonly session?: Session
  readonly prepared?: Prepared
  readonly objects: readonly ObjectReport[]
  readonly drift: readonly FoundDrift[]
  readonly problems: readonly Problem[]
  readonly requests: ReportedRequests
}

/** A pass or a plan; its members tell what happened, also after `run` threw. */
export interface Work {
  readonly objects: readonly ObjectReport[]
  readonly drift: readonly FoundDrift[]
  readonly problems: readonly Problem[]
  readonly inventoryRequests: InventoryRequests
  run(): Promise<Outcome>
}

/** Opens the cluster, prepares, and works if the render may be applied. Refusals and outages end in the outcome; only defects are thrown. */
export async function attempt(
  ports: ReconcilePorts,
  request: TargetRequest & { readonly heal?: boolean },
  begin: (session: Session, prepared: Prepared) => Work,
): Promise<Attempt> {
  let session: Session
  try {
    session = await openSession(ports, request)
  } catch (error) {
    return { ...NOTHING, outcome: failureOutcome(error), problems: failureProblems(error), requests: NOTHING_ASKED }
  }
  const before = session.cluster.requests
  const made = await attemptIn(session, request.heal ?? false, begin)
  return {
    ...made,
    session,
    requests: requestsSince(before, session.cluster.requests, made.inventoryRequests),
  }
}

type Made = Omit<Attempt, 'requests'> & { readonly inventoryRequests: InventoryRequests }

async function attemptIn(
  session: Session,
  heal: boolean,
  begin: (session: Session, prepared: Prepared) => Work,
): Promise<Made> {
  let prepared: Prepared | undefined
  let work: Work | undefined
  try {
    prepared = await prepare(session, heal)
    if (prepared.problems.length > 0)
      return { ...notAdmitted(prepared.problems), prepared, inventoryRequests: NO_INVENTORY }
    work = begin(session, prepared)
    const outcome = await work.run()
    return { ...factsOf(work), outcome, prepared }
  } catch (error) {
    const facts = work ? factsOf(work) : NOTHING
    const problems = [...facts.problems, ...failureProblems(error)]
    return { ...facts, outcome: failureOutcome(error), problems, ...(prepared && { prepared }) }
  }
}

function factsOf({ objects, drift, problems, inventoryRequests }: Work) {
  return { objects, drift, problems, inventoryRequests }
}

function notAdmitted(problems: readonly Problem[]) {
  const outcome: Outcome = { decision: 'refused', ...summary(problems) }
  return { objects: [], drift: [], problems, outcome }
}

export const NO_INVENTORY: InventoryRequests = { get: 0, list: 0, patch: 0, create: 0, delete: 0 }
const NOTHING = { objects: [], drift: [], problems: [], inventoryRequests: NO_INVENTORY } as const
const NOTHING_ASKED = requestsSince(NO_REQUESTS, NO_REQUESTS, NO_INVENTORY)

/** What writing the inventory took is counted by itself: the rest was done to the target's objects. */
function requestsSince(before: RequestCounts, after: RequestCounts, inventory: InventoryRequests): ReportedRequests {
  return {
    get: after.get - before.get - inventory.get,
    list: after.list - before.list - inventory.list,
    watch: after.watch - before.watch,
    patch: after.patch - before.patch - inventory.patch,
    dryRun: after.dryRun - before.dryRun,
    delete: after.delete - before.delete - inventory.delete,
    create: after.create - before.create - inventory.create,
    discovery: after.discovery - before.discovery,
    events: after.events - before.events,
    inventory: Object.values(inventory).reduce((sum, count) => sum + count, 0),
  }
}
