import type { Cluster, LiveObject, ResourceKind } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { AUTOSCALERS } from '../apply/autoscaler.ts'
import type { Clock } from '../clock.ts'
import { TARGET_LABEL } from '../labels.ts'
import { memoised } from '../memoised.ts'
import { kindId } from './kinds-of.ts'
import { keyOf } from './live-object.ts'
import { type LiveRecord, toLiveRecord } from './live-record.ts'
import type { HealthRules, LiveView } from './live-view.ts'

const PAUSE_MS = 250

export interface ListedViewOptions {
  readonly label: string
  readonly concurrency: number
  readonly clock: Clock
}

/** One target's objects for one look: one LIST a kind, and nothing that tells changes. */
export class ListedView implements LiveView {
  readonly #cluster: Cluster
  readonly #options: ListedViewOptions
  readonly #records = new Map<string, LiveRecord>()
  readonly #listed = new Map<string, Promise<void>>()
  readonly #autoscalers = new Map<string, () => Promise<readonly JsonObject[]>>()
  #rules: HealthRules | undefined
  #people: readonly string[] = []

  constructor(cluster: Cluster, options: ListedViewOptions) {
    this.#cluster = cluster
    this.#options = options
  }

  async hold(kinds: readonly ResourceKind[]): Promise<void> {
    await mapLimited(kinds, this.#options.concurrency, (kind) => this.#listOnce(kind))
  }

  ofTarget(): ReadonlyMap<string, LiveRecord> {
    return this.#records
  }

  object(key: ResourceKey): Promise<LiveObject | undefined> {
    return this.#cluster.get(key)
  }

  take(object: LiveObject): LiveRecord {
    const record = toLiveRecord(object, this.#people)
    const judged = this.#rules?.kinds.has(kindId(record.key)) ? this.#rules.verdict(object) : record.health
    this.#records.set(resourceId(record.key), { ...record, health: judged })
    return record
  }

  forget(key: ResourceKey): void {
    this.#records.delete(resourceId(key))
  }

  /** Nothing tells: after a moment everything is listed again when it is held next. */
  async changed(_label: string, signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(PAUSE_MS, signal)
    this.#listed.clear()
  }

  useHealth(_label: string, rules: HealthRules | undefined): void {
    if (rules?.id === this.#rules?.id) return
    this.#rules = rules
    this.#listed.clear()
  }

  usePeople(_label: string, managers: readonly string[]): void {
    if (managers.join('\n') === this.#people.join('\n')) return
    this.#people = managers
    this.#listed.clear()
  }

  autoscalers(namespace: string): Promise<readonly JsonObject[]> {
    const list = async () => (await this.#cluster.list(AUTOSCALERS, { namespace })).items
    const known = this.#autoscalers.get(namespace) ?? memoised(list)
    this.#autoscalers.set(namespace, known)
    return known()
  }

  #listOnce(kind: ResourceKind): Promise<void> {
    const known = this.#listed.get(kindId(kind))
    if (known) return known
    const listing = this.#list(kind)
    this.#listed.set(kindId(kind), listing)
    listing.catch(() => this.#listed.delete(kindId(kind)))
    return listing
  }

  async #list(kind: ResourceKind): Promise<void> {
    const labelSelector = `${TARGET_LABEL}=${this.#options.label}`
    const { items } = await this.#cluster.list(kind, { labelSelector })
    const listed = new Set(items.map((object) => resourceId(keyOf(object))))
    const gone = [...this.#records].filter(([id, { key }]) => kindId(key) === kindId(kind) && !listed.has(id))
    for (const [id] of gone) this.#records.delete(id)
    for (const object of items) this.take(object)
  }
}
