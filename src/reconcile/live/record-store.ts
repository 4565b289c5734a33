import type { KnownObjects, ObjectIdentity, ResourceKind } from '../../model/cluster.ts'
import { type ResourceKey, resourceId } from '../../model/resource-key.ts'
import { kindId } from './kinds-of.ts'
import type { LiveRecord } from './live-record.ts'
import { isOlder } from './version.ts'

/** What became of one object of a target. Without `before` it is new there, without `after` it is gone from there. */
export interface LiveChange {
  /** Value of our label. */
  readonly label: string
  /** `resourceId`. */
  readonly id: string
  readonly before?: LiveRecord
  readonly after?: LiveRecord
}

type Records = Map<string, LiveRecord>

/** Records by kind and by the label of their target. What is older than what is known is not taken, whoever tells it. */
export class RecordStore {
  readonly #byKind = new Map<string, Records>()
  readonly #byLabel = new Map<string, Records>()
  /** Deleted by us, and perhaps not told yet by the server: by `resourceId`. */
  readonly #forgotten = new Map<string, { readonly uid: string; readonly version: string }>()
  readonly #onChange: (change: LiveChange) => void

  constructor(onChange: (change: LiveChange) => void) {
    this.#onChange = onChange
  }

  /** Answers false for what is older than what is known. */
  put(record: LiveRecord): boolean {
    const id = resourceId(record.key)
    const records = this.#ofKind(record.key)
    const before = records.get(id)
    if (before && isOlder(record.version, before.version)) return false
    if (this.#isForgotten(id, record)) return false
    this.#forgotten.delete(id)
    records.set(id, record)
    if (record.label !== before?.label) this.#unlabel(id, before)
    if (record.label !== undefined) this.ofLabel(record.label).set(id, record)
    this.#tell(id, before, record)
    return true
  }

  /** Deleted, or not ours any more, as of this version. */
  remove(key: ResourceKey, uid: string, version: string): void {
    const id = resourceId(key)
    if (this.#forgotten.get(id)?.uid === uid) this.#forgotten.delete(id)
    const before = this.#ofKind(key).get(id)
    if (!before || isOlder(version, before.version)) return
    this.#drop(id, before)
  }

  /** We deleted it: what is told late of its last days is not believed. */
  forget(key: ResourceKey, uid: string): void {
    const id = resourceId(key)
    const before = this.#ofKind(key).get(id)
    if (before?.uid !== uid) return
    this.#forgotten.set(id, { uid, version: before.version })
    this.#drop(id, before)
  }

  get(key: ResourceKey): LiveRecord | undefined {
    return this.#byKind.get(kindId(key))?.get(resourceId(key))
  }

  /** The same map for as long as the store lives; it changes. */
  ofLabel(label: string): Records {
    return entry(this.#byLabel, label)
  }

  records(kind: ResourceKind): Iterable<LiveRecord> {
    return this.#byKind.get(kindId(kind))?.values() ?? []
  }

  get size(): number {
    return [...this.#byKind.values()].reduce((sum, records) => sum + records.size, 0)
  }

  /** What a watch of this kind has told. */
  known(kind: ResourceKind): KnownObjects {
    return {
      get: (namespace, name) => identityOf(this.get({ ...kind, ...(namespace && { namespace }), name })),
      all: () => [...this.records(kind)].flatMap((record) => identityOf(record) ?? []),
    }
  }

  /** Nobody follows this kind any more. */
  dropKind(kind: ResourceKind): void {
    for (const record of Array.from(this.records(kind))) this.#drop(resourceId(record.key), record)
    this.#byKind.delete(kindId(kind))
  }

  #drop(id: string, before: LiveRecord): void {
    this.#ofKind(before.key).delete(id)
    this.#unlabel(id, before)
    this.#tell(id, before, undefined)
  }

  #unlabel(id: string, before: LiveRecord | undefined): void {
    if (before?.label !== undefined) this.ofLabel(before.label).delete(id)
  }

  #tell(id: string, before: LiveRecord | undefined, after: LiveRecord | undefined): void {
    const moved = before?.label !== after?.label
    if (before?.label !== undefined && (moved || !after)) this.#onChange({ label: before.label, id, before })
    if (after?.label === undefined) return
    this.#onChange({ label: after.label, id, ...(before && !moved && { before }), after })
  }

  #isForgotten(id: string, { uid, version }: LiveRecord): boolean {
    const gone = this.#forgotten.get(id)
    return gone !== undefined && gone.uid === uid && !isOlder(gone.version, version)
  }

  #ofKind(kind: ResourceKind): Records {
    return entry(this.#byKind, kindId(kind))
  }
}

function entry(index: Map<string, Records>, key: string): Records {
  const found = index.get(key) ?? new Map<string, LiveRecord>()
  index.set(key, found)
  return found
}

function identityOf(record: LiveRecord | undefined): ObjectIdentity | undefined {
  if (!record) return undefined
  const { key, uid, version } = record
  return { namespace: key.namespace, name: key.name, uid, version }
}
