import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { applyStages } from '../apply/apply-stages.ts'
import { isFoundation, recheckedFor, untilServed } from '../apply/foundations.ts'
import type { Rehearsal } from '../apply/rehearsal.ts'
import { rehearseAll } from '../apply/rehearse.ts'
import type { FoundDrift } from '../drift/drift.ts'
import { healthProblems } from '../health/inventory-health.ts'
import { type HealthWait, waitForHealth } from '../health/wait-health.ts'
import type { Inventory } from '../inventory/inventory.ts'

import { afterApply, afterPrune, writtenAhead } from '../inventory/next-inventory.ts'
import { type InventoryRequests, writeInventory } from '../inventory/write-inventory.ts'
import { prune } from '../prune/prune.ts'
import { decideStale, isComplete } from '../prune/prune-decision.ts'
import type { PruneDecision } from '../prune/prune-guards.ts'
import { nextInventoryReport } from '../report/inventory-report.ts'
import type { ObjectReport } from '../report/object-report.ts'
import { NO_INVENTORY, type Work } from './attempt.ts'
import { type PassEnd, passOutcome } from './pass-outcome.ts'
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
  readonly #session: Session
  readonly #prepared: Prepared
  /** As the cluster has it. */
  #stored: Inventory

  constructor(session: Session, prepared: Prepared) {
    this.#session = session
    this.#prepared = prepared
    this.inventory = prepared.inventory
    this.#stored = prepared.inventory
  }

  async run(): Promise<Outcome> {
    const { healthDeadlineMs = 30_000 } = this.#session.ports.settings ?? {}
    const end = await this.#runStages(healthDeadlineMs)
    if (end === 'refused') await this.#save(this.#told(this.inventory))
    const { objects, problems, health, drift } = this
    const outcome = passOutcome({ end, objects, problems, health, drift, againInMs: this.#againInMs })
    if (health && health.ended !== 'superseded')
      problems.push(...healthProblems(health.objects, health.ended === 'deadline'))
    return outcome
  }

  async #runStages(healthDeadlineMs: number): Promise<PassEnd> {
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
    return second === 'finished' ? this.#finish(healthDeadlineMs) : second
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
    const verbs = new Map(applied.map(({ id, verb }) => [id, verb]))
    this.objects.push(...due.map(({ action, note }) => reportOf(action, verbs.get(action.object.id) ?? 'failed', note)))
    this.problems.push(...problems)
    this.inventory = { ...afterApply(this.inventory, applied, []), attempted: this.#prepared.revision }
    if (problems.length === 0) return 'finished'
    await this.#save(this.#told(this.inventory))
    return 'failed'
  }

  async #finish(healthDeadlineMs: number): Promise<PassEnd> {
    const { plan, revision } = this.#prepared
    const decision = await decideStale(this.#session, this.#prepared)
    const nothingToRemove = decision.remove.length === 0
    const inventory = { ...afterApply(this.inventory, [], plan.stale), attempted: revision }
    this.#reportKept(decision)
    await this.#save(
      this.#told(nothingToRemove ? this.#completed(forgotten(inventory, decision), decision) : inventory),
    )
    this.health = await this.#waitForHealth(healthDeadlineMs)
    if (this.health.ended === 'superseded') return 'superseded'
    if (!nothingToRemove && this.#mayPrune()) await this.#prune(decision)
    return 'finished'
  }

  #waitForHealth(deadlineMs: number): Promise<HealthWait> {
    const { source, revision } = this.#prepared
    const superseded = async () => (await source.newest()).revision !== revision
    return waitForHealth(this.#session, this.inventory, { deadlineMs, superseded })
  }

  #mayPrune(): boolean {
    if (this.health?.ended !== 'settled') return false
    return this.health.objects.every(({ health }) => health === 'Healthy' || health === 'Suspended')
  }

  async #prune(decision: PruneDecision): Promise<void> {
    const { deleted, problems } = await prune(this.#session, decision.remove, this.#prepared.mask)
    const keys = new Map(decision.remove.map(({ id, record }) => [id, record.key]))
    this.objects.push(
      ...[...keys].map(([id, key]) => ({ key, verb: deleted.includes(id) ? 'deleted' : 'failed' }) as const),
    )
    this.problems.push(...problems)
    const left = afterPrune(forgotten(this.inventory, decision), deleted)
    await this.#save(this.#told(problems.length === 0 ? this.#completed(left, decision) : left))
  }

  #reportKept(decision: PruneDecision): void {
    this.problems.push(...decision.problems)
    this.objects.push(
      ...decision.keep.map(({ object, code }) => ({ key: object.record.key, verb: 'skipped' as const, reason: code })),
    )
  }

  #completed(inventory: Inventory, decision: PruneDecision): Inventory {
    const { revision, rendered } = this.#prepared
    return isComplete(decision) ? { ...inventory, revision, renderDigest: rendered.render.digest } : inventory
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
  }
}

function forgotten(inventory: Inventory, decision: PruneDecision): Inventory {
  return afterPrune(
    inventory,
    decision.forget.map(({ id }) => id),
  )
}

function reportUntouched({ action, result, note, problem }: Rehearsal): ObjectReport[] {
  if (result === 'apply') return []
  if (result === 'unchanged') return [reportOf(action, 'unchanged', note)]
  return [reportOf(action, result === 'skip' ? 'skipped' : 'failed', problem?.code ?? note)]
}

function reportOf({ object }: SyncAction, verb: ObjectReport['verb'], reason?: string): ObjectReport {
  return { key: object.key, verb, ...(reason && { reason }) }
}
