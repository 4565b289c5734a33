import type { Cluster, LiveObject, ResourceKind } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import type { JsonObject } from '../../model/json.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { isSecret } from '../../model/mask-secrets.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { AUTOSCALERS } from '../apply/autoscaler.ts'
import { INVENTORY_LABEL, TARGET_LABEL } from '../labels.ts'
import { type Followed, Following } from './following.ts'
import { kindId, kindsOf } from './kinds-of.ts'
import { KnownAutoscalers } from './known-autoscalers.ts'
import { KnownInventories } from './known-inventories.ts'
import { Listeners } from './listeners.ts'
import { keyOf, labelOf, textAt, uidOf } from './live-object.ts'
import { isRewritten, type LiveRecord, toLiveRecord } from './live-record.ts'
import type { ClusterView, HealthRules, Inventories } from './live-view.ts'
import { RecentBodies } from './recent-bodies.ts'
import { type LiveChange, RecordStore } from './record-store.ts'

export interface ViewOptions {
  readonly inventoryNamespace: string
  /** `targetLabel`s, where only these targets matter; default: all. */
  readonly labels?: readonly string[]
  /** How long `hold` waits at most. Default 20 s. */
  readonly patienceMs?: number
  /** Monotonic milliseconds; `performance.now` by default. */
  readonly now?: () => number
}

/** Lists under way at one time: each page of one is in memory. */
const LISTS_AT_ONCE = 3
const PATIENCE_MS = 20_000
/** A kind that no inventory names is followed so long after it was held last. */
const UNUSED_MS = 10 * 60_000
const CONFIG_MAP: ResourceKind = { group: '', version: 'v1', kind: 'ConfigMap' }

/**
 * Our objects of a cluster, known from one watch a kind. A kind is followed from when it is first held. Keeps no bodies but a few of what
 * others changed last.
 */
export class WatchedView implements ClusterView {
  readonly cluster: Cluster
  readonly #options: ViewOptions
  readonly #records = new RecordStore((change) => this.#changes.tell(change))
  readonly #changes = new Listeners<LiveChange>()
  readonly #inventoryChanges = new Listeners<string>()
  readonly #inventories = new KnownInventories((label) => this.#inventoryChanges.tell(label))
  readonly #autoscalers = new KnownAutoscalers()
  readonly #recent = new RecentBodies()
  readonly #rules = new Map<string, HealthRules>()
  readonly #idle = new Listeners<string>()
  readonly #people = new Map<string, readonly string[]>()
  readonly #busy = new Map<string, number>()
  /** By what is followed: `kindId` for our objects. */
  readonly #following = new Map<string, Following>()
  readonly #heldAt = new Map<string, number>()
  /** Objects whose rules changed are being judged anew. */
  #judging: Promise<void> = Promise.resolve()

  constructor(cluster: Cluster, options: ViewOptions) {
    this.cluster = cluster
    this.#options = options
  }

  async hold(kinds: readonly ResourceKind[], signal: AbortSignal): Promise<void> {
    await this.#judging
    const now = this.#now()
    for (const kind of kinds) this.#heldAt.set(kindId(kind), now)
    const missing = kinds.filter((kind) => !this.#following.get(kindId(kind))?.current)
    await mapLimited(missing, LISTS_AT_ONCE, (kind) => this.#holdKind(kind, signal))
  }

  ofTarget(label: string): ReadonlyMap<string, LiveRecord> {
    return this.#records.ofLabel(label)
  }

  async object(key: ResourceKey): Promise<LiveObject | undefined> {
    const record = this.#following.get(kindId(key))?.current ? this.#records.get(key) : undefined
    const recent = record && this.#recent.get(resourceId(key), record.version)
    return recent ?? this.cluster.get(key)
  }

  take(object: LiveObject): LiveRecord {
    const record = this.#toRecord(object)
    this.#records.put(record)
    return record
  }

  forget(key: ResourceKey, uid: string): void {
    this.#records.forget(key, uid)
  }

  changed(label: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        stop()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const stop = this.#changes.add((change) => change.label === label && end())
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }

  useHealth(label: string, rules: HealthRules | undefined): void {
    const before = this.#rules.get(label)
    if (before?.id === rules?.id) return
    if (rules) this.#rules.set(label, rules)
    else this.#rules.delete(label)
    const kinds = new Set([...(before?.kinds ?? []), ...(rules?.kinds ?? [])])
    const judged = [...this.#records.ofLabel(label).values()].filter(({ key }) => kinds.has(kindId(key)))
    this.#judgeAgain(label, judged)
  }

  usePeople(label: string, managers: readonly string[]): void {
    if (managers.join('\n') === (this.#people.get(label) ?? []).join('\n')) return
    this.#people.set(label, managers)
    this.#judgeAgain(label, [...this.#records.ofLabel(label).values()])
  }

  async autoscalers(namespace: string, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const known = this.#autoscalers
    if (!(await this.cluster.scope(AUTOSCALERS))) return []
    const take: Followed['take'] = (type, object) => known.take(type, object)
    this.#heldAt.set('autoscalers', this.#now())
    await this.#follow('autoscalers', { kind: AUTOSCALERS, options: { known }, take }, signal)
    return known.of(namespace)
  }

  async inventories(signal: AbortSignal): Promise<Inventories> {
    const known = this.#inventories
    const selection = { namespace: this.#options.inventoryNamespace, labelSelector: this.#selector(INVENTORY_LABEL) }
    const take: Followed['take'] = (type, object) => known.take(type, object)
    await this.#follow('inventories', { kind: CONFIG_MAP, options: { ...selection, known }, take }, signal)
    return known
  }

  takeInventory(object: LiveObject): void {
    this.#inventories.take('MODIFIED', object)
  }

  isCurrent(kinds: readonly ResourceKind[]): boolean {
    return ['inventories', ...kinds.map(kindId)].every((id) => this.#following.get(id)?.current)
  }

  onChange(listener: (change: LiveChange) => void): () => void {
    return this.#changes.add(listener)
  }

  onInventory(listener: (label: string) => void): () => void {
    return this.#inventoryChanges.add(listener)
  }

  begin(label: string): () => void {
    this.#busy.set(label, (this.#busy.get(label) ?? 0) + 1)
    return () => {
      const left = (this.#busy.get(label) ?? 1) - 1
      if (left > 0) return void this.#busy.set(label, left)
      this.#busy.delete(label)
      this.#idle.tell(label)
    }
  }

  isBusy(label: string): boolean {
    return this.#busy.has(label)
  }

  onIdle(listener: (label: string) => void): () => void {
    return this.#idle.add(listener)
  }

  known(key: ResourceKey): LiveRecord | undefined {
    return this.#records.get(key)
  }

  /** Of the kinds that are known up to now. */
  records(): readonly LiveRecord[] {
    const current = [...this.#following].filter(([id, { current, kind }]) => current && id === kindId(kind))
    return current.flatMap(([, { kind }]) => Array.from(this.#records.records(kind)))
  }

  /** What is known of a kind is doubted: it is listed, and every object looked at, when it is held next. */
  listAnew(kind: ResourceKind): void {
    for (const record of Array.from(this.#records.records(kind))) this.#records.put({ ...record, version: '' })
    this.#unfollow(kindId(kind))
  }

  /** Ends watches of kinds that no inventory names and that nobody held for ten minutes. */
  closeUnused(): void {
    const named = new Set([...this.#inventories.keys()].map(kindId))
    const before = this.#now() - UNUSED_MS
    for (const [id, heldAt] of this.#heldAt) {
      if (named.has(id) || heldAt > before) continue
      const kind = this.#following.get(id)?.kind
      this.#unfollow(id)
      this.#heldAt.delete(id)
      if (kind && id === kindId(kind)) this.#records.dropKind(kind)
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#following.values()].map((following) => following.close()))
  }

  /** A kind that the server does not have has no objects. */
  async #holdKind(kind: ResourceKind, signal: AbortSignal): Promise<void> {
    try {
      if (!this.#following.has(kindId(kind)) && !(await this.cluster.scope(kind))) return
      const options = { labelSelector: this.#selector(TARGET_LABEL), known: this.#records.known(kind) }
      await this.#follow(kindId(kind), { kind, options, take: (...event) => this.#take(...event) }, signal)
    } catch (error) {
      if (!(error instanceof ClusterError) || error.kind !== 'unknown-kind') throw error
      this.#records.dropKind(kind)
    }
  }

  async #follow(id: string, followed: Followed, signal: AbortSignal): Promise<void> {
    const open = this.#following.get(id)
    const following = !open || open.ended ? new Following(this.cluster, followed) : open
    this.#following.set(id, following)
    await following.synced(this.#options.patienceMs ?? PATIENCE_MS, signal)
  }

  #selector(label: string): string {
    const { labels = [] } = this.#options
    return labels.length > 0 ? `${label} in (${labels.join(',')})` : label
  }

  /** Only this target's objects are asked for: a thousand targets may bring rules of their own when a worker starts. */
  #judgeAgain(label: string, records: readonly LiveRecord[]): void {
    if (records.length === 0) return
    for (const record of records) this.#records.put({ ...record, version: '' })
    const kinds = kindsOf(records.map(({ key }) => key))
    const before = this.#judging
    this.#judging = before.then(async () => {
      for (const kind of kinds) await this.#readAgain(kind, label).catch(() => this.#unfollow(kindId(kind)))
    })
  }

  async #readAgain(kind: ResourceKind, label: string): Promise<void> {
    const { items } = await this.cluster.list(kind, { labelSelector: `${TARGET_LABEL}=${label}` })
    for (const object of items) this.#take('MODIFIED', object, true)
  }

  /** It is listed again when it is held next. */
  #unfollow(id: string): void {
    void this.#following.get(id)?.close()
    this.#following.delete(id)
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now()
  }

  #take(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: LiveObject, initial: boolean): void {
    const key = keyOf(object)
    const version = textAt(object, 'metadata', 'resourceVersion') ?? ''
    if (type === 'DELETED') this.#records.remove(key, uidOf(object) ?? '', version)
    else this.#put(key, version, object, initial)
  }

  #put(key: ResourceKey, version: string, object: LiveObject, initial: boolean): void {
    const before = this.#records.get(key)
    if (before?.version === version && before.uid === uidOf(object)) return
    const record = this.#toRecord(object)
    if (!this.#records.put(record) || !before || initial || isSecret(object)) return
    if (isRewritten(before, record)) this.#recent.put(resourceId(key), version, object)
  }

  #toRecord(object: LiveObject): LiveRecord {
    const label = labelOf(object, TARGET_LABEL) ?? ''
    const record = toLiveRecord(object, this.#people.get(label))
    const rules = this.#rules.get(label)
    return rules?.kinds.has(kindId(record.key)) ? { ...record, health: rules.verdict(object) } : record
  }
}
