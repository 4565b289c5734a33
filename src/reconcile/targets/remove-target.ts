import type { Removal } from '../../config/repository-config.ts'
import { LockstepError, type Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { targetId } from '../../model/target.ts'
import { targetMask } from '../desired/secret-mask.ts'
import { loadConfig } from '../desired/target-render.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { deleteInventory, isPresent } from '../inventory/inventory-store.ts'
import { afterPrune, leftGit } from '../inventory/next-inventory.ts'
import { trustedInventory } from '../inventory/recover-inventory.ts'
import { writeInventory } from '../inventory/write-inventory.ts'
import { currentInventory } from '../live/current-inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { failureOutcome, failureProblems, summary } from '../pass/failure.ts'
import type { ReconcileRequest } from '../pass/reconcile-target.ts'
import { openSession, type Session } from '../pass/session.ts'
import { planSync, type StaleObject } from '../pass/sync-plan.ts'
import type { ReconcilePorts } from '../ports.ts'
import { handOver } from '../prune/hand-over.ts'
import { prune } from '../prune/prune.ts'
import { decideStale } from '../prune/prune-decision.ts'
import { nextInventoryReport } from '../report/inventory-report.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { unknownStatus } from '../report/status-after.ts'
import { leftBehind } from './left-behind.ts'
import { inventoriesOf, isOrphaned } from './left-targets.ts'

/**
 * A target left Git. `orphan`: its objects stay as they are, and what is left behind is told once. `delete`: they are pruned by the rules
 * for objects that leave Git, and the inventory goes last. Repeating it changes nothing more. Throws only when aborted or for a defect.
 */
export async function removeTarget(
  ports: ReconcilePorts,
  request: ReconcileRequest,
  removal: Removal,
): Promise<Outcome> {
  try {
    const session = await openSession(ports, request)
    const inventory = await heldInventory(session)
    if (!isPresent(inventory) && inventory.records.size === 0) return gone(session)
    return removal === 'orphan' ? await orphan(session, inventory) : await remove(session, inventory)
  } catch (error) {
    const problems = failureProblems(error)
    await show(ports, request, problems)
    return failureOutcome(error)
  }
}

async function heldInventory(session: Session): Promise<Inventory> {
  const known = await currentInventory(session)
  const hold = ({ records }: Inventory) =>
    session.view.hold(kindsOf([...records.values()].map(({ key }) => key)), session.signal)
  await hold(known)
  const { inventory } = await trustedInventory(session, known, new Set())
  await hold(inventory)
  return inventory
}

async function orphan(session: Session, inventory: Inventory): Promise<Outcome> {
  const left = staleOf(session, inventory).filter(({ live }) => live !== undefined)
  if (left.length === 0) return removed(session, inventory)
  const problem = leftBehind(
    session,
    left.map(({ record }) => record.key),
  )
  const told = isOrphaned(inventory)
  if (!told) await tell(session, inventory, [problem])
  return { decision: told ? 'nothing' : 'done', ...summary([problem]) }
}

async function remove(session: Session, inventory: Inventory): Promise<Outcome> {
  const other = await otherName(session)
  if (other !== undefined) throw new LockstepError(sameCluster(session, other))
  const stale = staleOf(session, inventory)
  const source = await session.ports.source(session.ref)
  const { revision, tree } = await source.newest()
  const facts = { source, revision, rendered: { config: await loadConfig(tree) }, plan: { actions: [], stale } }
  const decision = await decideStale(session, facts)
  const mask = targetMask(session, { manifests: [] }, session.view.ofTarget(session.ownership.target))
  const given = await handOver(session, decision.handOver, mask)
  const pruned = await prune(session, decision, {
    label: session.ownership.target,
    confirmed: decision.confirmed,
    mask,
  })
  const left = afterPrune(leftGit(inventory, stale), [
    ...decision.forget,
    ...pruned.deleted,
    ...pruned.forgotten,
    ...given.given,
  ])
  if (left.records.size === 0) return removed(session, inventory)
  const problems = [...decision.problems, ...given.problems, ...pruned.problems]
  await tell(session, left, problems, inventory)
  const { message = 'Some of its objects are left.', remedy } = problems[0] ?? {}
  return {
    decision: 'waiting',
    code: 'REMOVAL_WAITS',
    message: `${targetId(session.target)} left Git and ${left.records.size} of its objects are still there: ${message}`,
    ...(remedy !== undefined && { remedy }),
    details: { deleted: pruned.deleted.length },
  }
}

/** Two names of one cluster: what left under one of them may be wanted under the other. */
async function otherName({ ports, target }: Session): Promise<string | undefined> {
  const inventories = await inventoriesOf(ports, target.cluster)
  return inventories.find((one) => one.target.cluster !== target.cluster)?.target.cluster
}

function sameCluster({ target }: Session, other: string): Problem {
  return {
    code: 'REMOVAL_UNSURE',
    message: `${targetId(target)} left Git, but its cluster is also known as ${other}, so its objects are left as they are.`,
    remedy: 'Register the cluster under one name, or delete by hand what is not needed.',
  }
}

function staleOf(session: Session, inventory: Inventory): readonly StaleObject[] {
  return planSync([], inventory, session.view.ofTarget(session.ownership.target)).stale
}

async function removed(session: Session, inventory: Inventory): Promise<Outcome> {
  await deleteInventory(session, inventory)
  await show(session.ports, { repository: session.ref, target: session.target }, [])
  return { ...gone(session), decision: 'done', details: { objects: inventory.records.size } }
}

function gone({ target }: Session): Outcome {
  return { decision: 'nothing', code: 'REMOVED', message: `${targetId(target)} left Git and nothing of it is left.` }
}

/** On the board, and with the inventory, so that it is told once. */
async function tell(
  session: Session,
  inventory: Inventory,
  problems: readonly Problem[],
  before: Inventory = inventory,
): Promise<void> {
  const at = session.ports.clock.now().toISOString()
  const objects = [...inventory.records.values()].map(({ key }) => ({ key, verb: 'skipped' as const }))
  const revision = inventory.attempted ?? ''
  const report = nextInventoryReport(inventory.report, { at, revision, objects, problems })
  await writeInventory(session, { ...inventory, ...(report !== undefined && { report }) }, before)
  await show(session.ports, { repository: session.ref, target: session.target }, problems)
}

/** Nobody keeps a target healthy that left Git, so nothing is said of that. */
async function show(
  ports: ReconcilePorts,
  { repository, target }: Pick<ReconcileRequest, 'repository' | 'target'>,
  problems: readonly Problem[],
): Promise<void> {
  const previous = await knownStatus(ports, repository, target)
  const status = unknownStatus(target, previous, problems, ports.clock.now())
  await publishStatus(ports, repository, { ...status, drift: [] }, previous)
}
