import type { Cluster } from '../../../model/cluster.ts'
import { ClusterError } from '../../../model/cluster-error.ts'
import { LockstepError } from '../../../model/errors.ts'
import { type ResourceKey, resourceId } from '../../../model/resource-key.ts'
import type { Clock } from '../../clock.ts'
import { FIELD_MANAGER } from '../../labels.ts'
import { eventBody, eventKey, eventTime, repeated } from './event-body.ts'
import { EventBudget } from './event-budget.ts'
import type { EventNote } from './event-note.ts'

/** Kubernetes forgets Events after an hour. */
const KEPT_MS = 3_600_000
const MOST_KEPT = 1_000
const FORBIDDEN_MS = 10 * 60_000
const SILENT_MS = 60_000

interface Told {
  readonly count: number
  readonly at: number
}

/** Writes Events to clusters, counting what is said again. What cannot be written is left unsaid: nothing waits for it or fails by it. */
export class EventRecorder {
  readonly #clock: Pick<Clock, 'now'>
  /** By name of the cluster. */
  readonly #budgets = new Map<string, EventBudget>()
  /** By cluster and `resourceId` of the Event, oldest first. */
  readonly #told = new Map<string, Told>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Resolves once all are written or given up; answers how many requests that took. Never rejects but for a defect. */
  async record(cluster: Cluster, notes: readonly EventNote[]): Promise<number> {
    const before = cluster.requests.events
    const budget = this.#budgets.get(cluster.name) ?? new EventBudget()
    this.#budgets.set(cluster.name, budget)
    const affordable = notes.filter(() => budget.take(this.#now()))
    await Promise.all(affordable.map((note) => this.#recordOne(cluster, note, budget)))
    return cluster.requests.events - before
  }

  async #recordOne(cluster: Cluster, note: EventNote, budget: EventBudget): Promise<void> {
    const key = eventKey(note)
    const id = `${cluster.name} ${resourceId(key)}`
    try {
      await this.#write(cluster, note, key, id)
    } catch (error) {
      this.#told.delete(id)
      const pause = pauseAfter(error)
      if (pause > 0) budget.closeFor(pause, this.#now())
    }
  }

  async #write(cluster: Cluster, note: EventNote, key: ResourceKey, id: string): Promise<void> {
    const count = (this.#toldLately(id)?.count ?? 0) + 1
    // Kept before it is written: two that come together are counted together.
    this.#keep(id, count)
    if (count === 1 || !(await repeat(cluster, key, count, this.#time()))) await this.#create(cluster, note, key, id)
  }

  async #create(cluster: Cluster, note: EventNote, key: ResourceKey, id: string): Promise<void> {
    try {
      await cluster.create(eventBody(note, this.#time()), { fieldManager: FIELD_MANAGER })
    } catch (error) {
      if (!isKind(error, 'exists')) throw error
      const count = Number((await cluster.get(key))?.count ?? 0) + 1
      this.#keep(id, count)
      await repeat(cluster, key, count, this.#time())
    }
  }

  #toldLately(id: string): Told | undefined {
    const told = this.#told.get(id)
    return told && this.#now() - told.at < KEPT_MS ? told : undefined
  }

  #keep(id: string, count: number): void {
    this.#told.delete(id)
    this.#told.set(id, { count, at: this.#now() })
    const [oldest] = this.#told.keys()
    if (this.#told.size > MOST_KEPT && oldest !== undefined) this.#told.delete(oldest)
  }

  #now(): number {
    return this.#clock.now().getTime()
  }

  #time(): string {
    return eventTime(this.#clock.now())
  }
}

/** False where Kubernetes has forgotten it. */
async function repeat(cluster: Cluster, key: ResourceKey, count: number, at: string): Promise<boolean> {
  try {
    await cluster.patch(key, repeated(count, at), { fieldManager: FIELD_MANAGER })
    return true
  } catch (error) {
    if (isKind(error, 'not-found')) return false
    throw error
  }
}

/** Milliseconds without further tries. Rethrows defects. */
function pauseAfter(error: unknown): number {
  if (error instanceof LockstepError) return SILENT_MS
  if (!(error instanceof ClusterError)) throw error
  if (error.kind === 'forbidden') return FORBIDDEN_MS
  return error.kind === 'unavailable' ? SILENT_MS : 0
}

function isKind(error: unknown, kind: ClusterError['kind']): boolean {
  return error instanceof ClusterError && error.kind === kind
}
