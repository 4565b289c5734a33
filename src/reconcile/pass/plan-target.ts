import type { Problem } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { isFoundation, standsOn } from '../apply/foundations.ts'
import type { Rehearsal } from '../apply/rehearsal.ts'
import { rehearseAll } from '../apply/rehearse.ts'
import type { FoundDrift } from '../drift/drift.ts'
import type { ReconcilePorts } from '../ports.ts'
import { decideStale } from '../prune/prune-decision.ts'
import { countVerbs, type ObjectReport } from '../report/object-report.ts'
import { type ReconcileReport, toReport } from '../report/report.ts'
import { statusAfter } from '../report/status-after.ts'
import { waitOutcome } from '../targets/assignment.ts'
import { type Attempt, attempt, NO_INVENTORY, type Work } from './attempt.ts'
import { passOutcome } from './pass-outcome.ts'
import { reportKept, reportPending } from './pass-reports.ts'
import type { Prepared } from './prepare.ts'
import type { ReconcileRequest } from './reconcile-target.ts'
import type { Session } from './session.ts'
import type { SyncAction } from './sync-plan.ts'

/** What `reconcileTarget` would do, asked of the API server by dry runs. Stores nothing anywhere. */
export async function planTarget(ports: ReconcilePorts, request: ReconcileRequest): Promise<ReconcileReport> {
  const begun = ports.clock.now().getTime()
  const made = await attempt(ports, request, (session, prepared) => new Plan(session, prepared))
  const seen = await statusAfter(ports, request.target, made, undefined, { readOnly: true })
  const status = { ...seen, ...made.prepared?.marks }
  return toReport(kept(made), status, ports.clock.now(), begun)
}

/** What a target that is kept back, or suspended, would have to do is no plan. */
function kept(made: Attempt): Attempt {
  const { wait, idle } = made.prepared ?? {}
  const outcome = idle ?? (wait && waitOutcome(wait))
  return outcome && made.outcome.code === 'PLANNED' ? { ...made, outcome } : made
}

class Plan implements Work {
  readonly objects: ObjectReport[] = []
  readonly drift: FoundDrift[] = []
  readonly problems: Problem[] = []
  readonly inventoryRequests = NO_INVENTORY
  readonly #session: Session
  readonly #prepared: Prepared

  constructor(session: Session, prepared: Prepared) {
    this.#session = session
    this.#prepared = prepared
  }

  async run(): Promise<Outcome> {
    const { plan, rules } = this.#prepared
    const [waiting, askable] = split(plan.actions)
    const rehearsals = await rehearseAll(this.#session, askable, rules)
    this.objects.push(...rehearsals.map(toObjectReport), ...waiting.map(withoutDryRun))
    this.drift.push(...rehearsals.flatMap(({ drift }) => drift))
    this.problems.push(...rehearsals.flatMap(({ problem }) => problem ?? []))
    const decision = await decideStale(this.#session, this.#prepared)
    this.objects.push(...reportPending(decision, 'deleted'), ...reportKept(decision))
    const refused = this.problems.length > 0
    this.problems.push(...decision.problems, ...this.#prepared.recovered)
    return this.#outcome(refused)
  }

  #outcome(refused: boolean): Outcome {
    const { objects, problems } = this
    const { created, configured, deleted } = countVerbs(objects)
    const changes = created + configured + deleted
    if (problems.length > 0 || changes === 0) {
      return passOutcome({ end: refused ? 'refused' : 'finished', objects, problems, health: undefined })
    }
    const message = `Would create ${created}, configure ${configured} and delete ${deleted} objects.`
    return { decision: 'done', code: 'PLANNED', message, details: countVerbs(objects) }
  }
}

/** Objects whose namespace or kind this very plan creates cannot be asked about before. */
function split(actions: readonly SyncAction[]): [waiting: SyncAction[], askable: SyncAction[]] {
  const made = actions.filter((action) => isFoundation(action) && action.verb === 'create').map(({ object }) => object)
  const waits = (action: SyncAction) =>
    action.verb === 'create' && made.some((foundation) => standsOn(action.object, foundation))
  return [actions.filter(waits), actions.filter((action) => !waits(action))]
}

function withoutDryRun({ object }: SyncAction): ObjectReport {
  return { key: object.key, verb: 'created', reason: 'NOT_REHEARSED' }
}

function toObjectReport({ action, result, exists, note, problem }: Rehearsal): ObjectReport {
  const verbs = {
    unchanged: 'unchanged',
    skip: 'skipped',
    refused: 'failed',
    apply: exists ? 'configured' : 'created',
  } as const
  const reason = problem?.code ?? note
  return { key: action.object.key, verb: verbs[result], ...(reason && { reason }) }
}
