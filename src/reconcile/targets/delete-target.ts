import { LockstepError, type Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { targetId } from '../../model/target.ts'
import { targetMask } from '../desired/secret-mask.ts'
import { loadConfig } from '../desired/target-render.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { deleteInventory } from '../inventory/inventory-store.ts'
import { afterPrune, leftGit } from '../inventory/next-inventory.ts'
import type { Session } from '../pass/session.ts'
import { planSync } from '../pass/sync-plan.ts'
import { handOver } from '../prune/hand-over.ts'
import { prune } from '../prune/prune.ts'
import { decideStale } from '../prune/prune-decision.ts'
import { inventoriesOf } from './left-targets.ts'
import { nothingLeft, showRemoval, tellRemoval } from './removal-news.ts'

/**
 * Prunes everything of a target that left Git at `revision` of the default branch, by the rules for objects that leave Git; the inventory
 * goes when nothing is in it any more. The kinds of the inventory are held by the view.
 */
export async function deleteTarget(session: Session, inventory: Inventory, revision: string): Promise<Outcome> {
  const { ports, ref, target, ownership, view } = session
  const other = await otherName(session)
  if (other !== undefined) throw new LockstepError(sameCluster(session, other))
  const { stale } = planSync([], inventory, view.ofTarget(ownership.target))
  const source = await ports.source(ref)
  const { tree } = await source.newest()
  const facts = { source, revision, rendered: { config: await loadConfig(tree) }, plan: { actions: [], stale } }
  const decision = await decideStale(session, facts)
  if ((await source.newest()).revision !== revision) return superseded(session)
  const mask = targetMask(session, { manifests: [] }, view.ofTarget(ownership.target))
  const given = await handOver(session, decision.handOver, mask)
  const rules = { label: ownership.target, confirmed: decision.confirmed, mask }
  const pruned = await prune(session, decision, rules)
  const gone = [...decision.forget, ...pruned.deleted, ...pruned.forgotten, ...given.given]
  const left = afterPrune(leftGit(inventory, stale), gone)
  if (left.records.size > 0) {
    const problems = [...decision.problems, ...given.problems, ...pruned.problems]
    await tellRemoval(session, left, problems, inventory)
    return waits(session, left.records.size, problems[0])
  }
  await deleteInventory(session, inventory)
  await showRemoval(ports, { repository: ref, target }, [])
  return nothingLeft(session, 'done')
}

/** Git moved on since the target was not found in it: it may be back. */
async function superseded({ ports, ref, target }: Session): Promise<Outcome> {
  await ports.queue.add({ kind: 'reconcile', repository: ref, target })
  return { decision: 'waiting', code: 'SUPERSEDED', message: 'A newer commit is reconciled next.' }
}

function waits({ target }: Session, count: number, problem: Problem | undefined): Outcome {
  return {
    decision: 'waiting',
    code: 'REMOVAL_WAITS',
    message: `${targetId(target)} left Git and ${count} of its objects are still there: ${problem?.message ?? 'they are on their way.'}`,
    ...(problem && { remedy: problem.remedy }),
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
