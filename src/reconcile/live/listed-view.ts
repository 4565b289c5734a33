import type { Cluster, LiveObject, ResourceKind } from '../../model/cluster.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { TARGET_LABEL } from '../labels.ts'
import { keyOf } from './live-object.ts'
import { type LiveRecord, toLiveRecord } from './live-record.ts'
import type { LiveView } from './live-view.ts'

/** One target's objects, listed anew at each `hold`: one LIST a kind. */
export class ListedView implements LiveView {
  readonly #cluster: Cluster
  readonly #label: string
  readonly #concurrency: number
  #records = new Map<string, LiveRecord>()

  constructor(cluster: Cluster, label: string, concurrency: number) {
    this.#cluster = cluster
    this.#label = label
    this.#concurrency = concurrency
  }

  async hold(kinds: readonly ResourceKind[]): Promise<void> {
    const labelSelector = `${TARGET_LABEL}=${this.#label}`
    const lists = await mapLimited(kinds, this.#concurrency, (kind) => this.#cluster.list(kind, { labelSelector }))
    const objects = lists.flatMap(({ items }) => items)
    this.#records = new Map(objects.map((object) => [resourceId(keyOf(object)), toLiveRecord(object)]))
  }

  ofTarget(): ReadonlyMap<string, LiveRecord> {
    return this.#records
  }

  object(key: ResourceKey): Promise<LiveObject | undefined> {
    return this.#cluster.get(key)
  }

  take(object: LiveObject): LiveRecord {
    const record = toLiveRecord(object)
    this.#records.set(resourceId(record.key), record)
    return record
  }

  forget(key: ResourceKey): void {
    this.#records.delete(resourceId(key))
  }

  async changed(): Promise<void> {}
}
