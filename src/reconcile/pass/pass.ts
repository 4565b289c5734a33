import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { applyStages } from '../apply/apply-stages.ts'
import { isFoundation, recheckedFor, untilServed } from '../apply/foundations.ts'
import type { Rehearsal } from '../apply/rehearsal.ts'
import { rehearseAll } from '../apply/rehearse.ts'
import type { FoundDrift } from '../drift/drift.ts'
import { worstHealth } from '../health/health.ts'
import { HealthClock } from '../health/health-clock.ts'
import { healthProblems, inventoryHealth, type ObjectHealth } from '../health/inventory-health.ts'
import { type HealthWait, waitForHealth } from '../health/wait-health.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { readInventory } from '../inventory/inventory-store.ts'
import { hasMoved } from '../inventory/merge-inventories.ts'
import { afterApply, afterPrune, leftGit, writtenAhead } from '../inventory/next-inventory.ts'
import { type InventoryRequests, writeInventory } from '../inventory/write-inventory.ts'
import { handOver } from '../prune/hand-over.ts'
import { type PruneResult, prune } from '../prune/prune.ts'
import { decideStale, isComplete } from '../prune/prune-decision.ts'
import type { PruneDecision } from '../prune/prune-guards.ts'
import { nextInventoryReport } from '../report/inventory-report.ts'
import type { ObjectReport } from '../report/object-report.ts'
import { tellForebears } from '../targets/heirs.ts'
import { NO_INVENTORY, type Work } from './attempt.ts'
import { type PassEnd, passOutcome } from './pass-outcome.ts'
import { reportKept, reportOf, reportPending, reportPruned, reportUntouched } from './pass-reports.ts'
import type { Prepared } from './prepare.ts'
import type { Session } from './session.ts'
import type { SyncAction } from './sync-plan.ts'

/**
 * One pass over one target: dry run, apply by stage, inventory, health, and prune last. `run` may be called once; the other members
 * tell what happened, also after it threw.
 */
export class Pass implements Work {
  readonly objects: ObjectReport[] = []
  readonly drift: FoundDrift[] = []
  readonly problems: Problem[] = []
  inventory: Inventory
  readonly inventoryRequests = { ...NO_INVENTORY }
  health: HealthWait | undefined
  /** When drift that waits for its turn is put back. */
  #againInMs: number | undefined
  readonly #health: HealthClock
  readonly #session: Session
  readonly #prepared: Prepared
  /** As the cluster has it. */
  #stored: Inventory
  /** Others wrote to it meanwhile. */
  #moved = false

  /** `progressingSince`: of the status before this pass. */
  constructor(session: Session, prepared: Prepared, progressingSince?: string) {
    this.#health = new HealthClock(session, prepared.rendered.environment, progressingSince)
    this.#session = session
    this.#prepared = prepared
    this.inventory = prepared.inventory
    this.#stored = prepared.inventory
    this.problems.push(...prepared.recovered)
  }

  async run(): Promise<Outcome> {
    const end = await this.#runStages()
    if (end === 'refused') await this.#save(this.#told(this.inventory))
    const { objects, problems, health, drift } = this
    const healthLeftMs = this.#health.leftMs()
    const outcome = passOutcome({ end, objects, problems, health, drift, againInMs: this.#againInMs, healthLeftMs })
    if (health && health.ended !== 'superseded') problems.push(...healthProblems(health.objects, healthLeftMs <= 0))
    return outcome
  }

  async #runStages(): Promise<PassEnd> {
    const { actions } = this.#prepared.plan
    const foundations = actions.filter(isFoundation)
    const first = await this.#applyAll(foundations)
    if (first !== 'finished') return first
    const rest = actions.filter((action) => !isFoundation(action))
    const unserved = await untilServed(this.#session, foundations, rest)
    if (unserved.length > 0) {
      this.problems.push(...unserved)
      return 'failed'
    }
    const second = await this.#applyAll(recheckedFor(foundations, rest))
    return second === 'finished' ? this.#finish() : second
  }

  /** All dry runs first: one refusal, and none of these objects is applied. */
  async #applyAll(actions: readonly SyncAction[]): Promise<PassEnd> {
    const { rules } = this.#prepared
    const rehearsals = await rehearseAll(this.#session, actions, rules)
    this.drift.push(...rehearsals.flatMap(({ drift }) => drift))
    this.objects.push(...rehearsals.flatMap(reportUntouched))
    const turns = rehearsals.flatMap(({ againInMs }) => againInMs ?? [])
    if (turns.length > 0) this.#againInMs = Math.min(...turns, this.#againInMs ?? Number.POSITIVE_INFINITY)
    const refused = rehearsals.flatMap(({ problem }) => problem ?? [])
    this.problems.push(...refused)
    return refused.length > 0 ? 'refused' : this.#apply(rehearsals)
  }

  async #apply(rehearsals: readonly Rehearsal[]): Promise<PassEnd> {
    const due = rehearsals.filter(({ result }) => result === 'apply')
    if (due.length === 0) return 'finished'
    await this.#save(writtenAhead(this.inventory, due))
    const { applied, problems } = await applyStages(this.#session, due, this.#prepared.mask)
    this.#health.restart()
    await tellForebears(this.#session, due)
    const verbs = new Map(applied.map(({ id, verb }) => [id, verb]))
    this.objects.push(...due.map(({ action, note }) => reportOf(action, verbs.get(action.object.id) ?? 'failed', note)))
    this.problems.push(...problems)
    this.inventory = { ...afterApply(this.inventory, applied, due), attempted: this.#prepared.revision }
    if (problems.length === 0) return 'finished'
    await this.#save(this.#told(this.inventory))
    return 'failed'
  }

  async #finish(): Promise<PassEnd> {
    const { plan, revision } = this.#prepared
    const decision = await decideStale(this.#session, this.#prepared)
    this.#tell(decision.problems, reportKept(decision))
    const pending = decision.remove.length + decision.handOver.length > 0
    const kept = afterPrune(leftGit(this.inventory, plan.stale), decision.forget)
    const inventory = { ...kept, attempted: revision }
    const objects = inventoryHealth(inventory, this.#session.view.ofTarget(this.#session.ownership.target))
    const done = !pending && isComplete(decision)
    await this.#save(this.#told(done ? this.#completed(inventory, objects) : withoutHealth(inventory)))
    const settled = objects.every(({ health }) => health !== 'Progressing')
    this.health = settled ? { ended: 'settled', objects } : await this.#waitForHealth()
    if (this.health.ended === 'superseded') return 'superseded'
    if (!pending) return 'finished'
    if (this.#mayPrune()) return this.#prune(decision, this.health.objects)
    this.#tell([], reportPending(decision, 'skipped', 'PRUNE_AFTER_HEALTH'))
    return 'finished'
  }

  #waitForHealth(): Promise<HealthWait> {
    const deadlineMs = this.#health.waitMs()
    return waitForHealth(this.#session, this.inventory, { deadlineMs, superseded: () => this.#isSuperseded() })
  }

  async #isSuperseded(): Promise<boolean> {
    return this.#prepared.superseded()
  }

  #mayPrune(): boolean {
    if (this.health?.ended !== 'settled') return false
    return this.health.objects.every(({ health }) => health === 'Healthy' || health === 'Suspended')
  }

  async #prune(decision: PruneDecision, health: readonly ObjectHealth[]): Promise<PassEnd> {
    if (await this.#isSuperseded()) return 'superseded'
    if (await this.#isOvertaken()) return 'overtaken'
    const { mask } = this.#prepared
    const rules = { label: this.#session.ownership.target, confirmed: decision.confirmed, mask }
    const given = await handOver(this.#session, decision.handOver, mask)
    const pruned = await prune(this.#session, decision, rules)
    this.#tell([...given.problems, ...pruned.problems], reportPruned(pruned, given))
    const left = afterPrune(this.inventory, [...pruned.deleted, ...pruned.forgotten, ...given.given])
    const done = isComplete(decision) && given.problems.length === 0 && isFinished(pruned)
    await this.#save(this.#told(done ? this.#completed(left, health) : left))
    return 'finished'
  }

  /** Somebody else worked on the target since this pass saved its inventory, so they know better what left Git. */
  async #isOvertaken(): Promise<boolean> {
    if (this.#moved) return true
    this.inventoryRequests.get++
    const read = await readInventory(this.#session)
    if (read.stored && read.stored.layout.shards > 0) this.inventoryRequests.list++
    return read.flaw !== undefined || hasMoved(this.#stored, this.#stored, read)
  }

  #tell(problems: readonly Problem[], objects: readonly ObjectReport[]): void {
    this.problems.push(...problems)
    this.objects.push(...objects)
  }

  /** Everything of this commit is applied, and healthy since now or since before. */
  #completed(inventory: Inventory, objects: readonly ObjectHealth[]): Inventory {
    const { revision, rendered } = this.#prepared
    const { digest: renderDigest } = rendered.render
    const { healthySince: before, ...rest } = inventory
    const complete = { ...rest, revision, renderDigest }
    if (worstHealth(objects.map(({ health }) => health)) !== 'Healthy') return complete
    const since = inventory.renderDigest === renderDigest ? before : undefined
    return { ...complete, healthySince: since ?? this.#session.ports.clock.now().toISOString() }
  }

  /** With what this pass has to tell so far. */
  #told(inventory: Inventory): Inventory {
    const { objects, problems } = this
    const { revision } = this.#prepared
    const at = this.#session.ports.clock.now().toISOString()
    const report = nextInventoryReport(inventory.report, { at, revision, objects, problems })
    return { ...inventory, ...(report !== undefined && { report }) }
  }

  async #save(inventory: Inventory): Promise<void> {
    const saved = await writeInventory(this.#session, inventory, this.#stored)
    for (const verb of Object.keys(saved.requests) as (keyof InventoryRequests)[])
      this.inventoryRequests[verb] += saved.requests[verb]
    this.#stored = saved.inventory
    this.inventory = saved.inventory
    this.#moved ||= saved.moved
  }
}

/** Not known of this commit as long as something of it is not done. */
function withoutHealth({ healthySince: _, ...inventory }: Inventory): Inventory {
  return inventory
}

/** Nothing is left to try: what is kept, is kept on purpose or on its way. */
function isFinished({ failed, kept }: PruneResult): boolean {
  return failed.length === 0 && kept.every(({ code }) => code !== 'PRUNE_WAITS')
}
